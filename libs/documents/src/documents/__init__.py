"""Reads a YAML file that a person wrote: safe, bounded, every error at once with its line."""

from documents.document import Document, Loc, Problem, Unreadable, Value
from documents.reading import MAX_BYTES, MAX_DEPTH, parse

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Document", "Loc", "Problem", "Unreadable", "Value", "parse"]
