"""Data that machines can use: published by itself, versioned, announced."""
