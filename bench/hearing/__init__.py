"""Hearers beside one another."""
