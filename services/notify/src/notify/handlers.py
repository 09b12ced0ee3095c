"""What notify does when something is heard or asked: nothing yet."""
