"""What nobody may write into a plan file, because it is computed from what is written."""

from collections.abc import Iterator

from documents import Document, Problem

_STATUS = "状況は書けません。期日（due）と実績（actual）から計算します"
_SHARE = "進み具合の割合は書けません。下の項目の状況を数えて示します"
_COMPUTED = {
    "status": _STATUS,
    "state": _STATUS,
    "colour": _STATUS,
    "color": _STATUS,
    "progress": _SHARE,
    "percent": _SHARE,
    "percentage": _SHARE,
    "slip": "ずれは書けません。前の改訂の期日と比べて計算します",
    "commitment": "約束の強さは書けません。文言（wording や label）から読み取ります",
}


def instead_of_unknown(document: Document, problems: list[Problem]) -> list[Problem]:
    """The same problems; of a key that is computed, the rule that computes it is told."""
    told = {(problem.line, problem.column): problem for problem in _typed(document)}
    here = [told.pop((each.line, each.column), each) for each in problems]
    return [*here, *told.values()]


def _typed(document: Document) -> Iterator[Problem]:
    for loc, place in document.keys.items():
        rule = _COMPUTED.get(str(loc[-1]))
        if rule and loc[:1] == ("nodes",):
            path = document.problem(loc, rule)
            yield Problem(path.name, place.line, place.column, path.path, rule)
