"""What was promised, what moved and why."""
