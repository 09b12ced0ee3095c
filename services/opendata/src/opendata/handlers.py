"""What opendata does when something is heard or asked: nothing yet."""
