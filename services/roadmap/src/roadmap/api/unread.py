"""How machines are told all that is wrong with a file, each with its line and column."""

from collections.abc import Sequence

from documents import Problem
from web.problems import Refused


def unreadable(problems: Sequence[Problem]) -> Refused:
    """All that is wrong with a file, each with its line and column."""
    sentence = f"The file cannot be used; {len(problems)} things are wrong, and nothing was loaded."
    refused = Refused(422, "unreadable-file", sentence)
    refused.errors = [
        {
            "line": str(each.line),
            "column": str(each.column),
            "path": each.path,
            "message": each.message,
            "said": str(each),
        }
        for each in problems
    ]
    return refused
