"""What is true of データ: nothing yet."""
