"""What notify renders for others to fetch."""
