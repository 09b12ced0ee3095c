"""Relays beside one another."""
