"""What is true of お知らせ: nothing yet."""
