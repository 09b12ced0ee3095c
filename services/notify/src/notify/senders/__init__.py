"""Notify's ways out."""
