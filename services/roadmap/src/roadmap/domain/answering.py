"""Whether a person's answers fit the two trees that they are about."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from contracts.values import Refusal
from roadmap.domain.changes import Answer
from roadmap.domain.plan import Node

MANY = 5_001  # nodes
NONE, ONE, SOME, SEVERAL = range(1), range(1, 2), range(1, MANY), range(2, MANY)
SHAPES = {
    "split": (ONE, SEVERAL),
    "merged": (SEVERAL, ONE),
    "replaced": (ONE, ONE),
    "unrelated": (SOME, NONE),
}
"""How many old and how many new nodes an answer of each kind names."""


class AnswerUnfit(Refusal):
    """An answer does not fit the two trees."""


def answers_from(chosen: Mapping[str, Sequence[str]]) -> tuple[Answer, ...]:
    """What a person chose for each vanished node, as answers: in which new ones it lives on, if in any.

    Several that were chosen by one are what it was split into; one that several chose is merged.
    """
    takers: defaultdict[str, list[str]] = defaultdict(list)
    for old, new in chosen.items():
        if len(new) == 1:
            takers[new[0]].append(old)
    return (
        *(
            Answer(kind="merged" if len(old) > 1 else "replaced", old=tuple(old), new=(new,))
            for new, old in takers.items()
        ),
        *(
            Answer(kind="split", old=(old,), new=tuple(new))
            for old, new in chosen.items()
            if len(new) > 1
        ),
        *(Answer(kind="unrelated", old=(old,)) for old, new in chosen.items() if not new),
    )


def chosen_in(answers: Sequence[Answer]) -> dict[str, tuple[str, ...]]:
    """The same the other way round: for each vanished node, in which new ones it lives on."""
    return {old: answer.new for answer in answers for old in answer.old}


def refuse_unfit(
    answers: Sequence[Answer], before: Mapping[str, Node], after: Mapping[str, Node]
) -> None:
    """Refuse answers that name other nodes, a wrong number of them, other kinds, or one twice."""
    for named in (
        Counter(node_id for answer in answers for node_id in answer.old),
        Counter(node_id for answer in answers for node_id in answer.new),
    ):
        twice = [node_id for node_id, times in named.items() if times > 1]
        if twice:
            detail = f"{twice[0]}: answered twice"
            raise AnswerUnfit(detail)
    for answer in answers:
        wrong = _wrong(answer, before, after)
        if wrong:
            detail = f"{answer.kind} {', '.join((*answer.old, *answer.new))}: {wrong}"
            raise AnswerUnfit(detail)


def _wrong(answer: Answer, before: Mapping[str, Node], after: Mapping[str, Node]) -> str | None:
    """What is wrong with one answer; None: nothing."""
    old, new = SHAPES[answer.kind]
    if len(answer.old) not in old or len(answer.new) not in new:
        return "another number of nodes is needed"
    if not set(answer.old) <= set(before) or not set(answer.new) <= set(after):
        return "there is no such node"
    if (
        len({before[each].kind for each in answer.old} | {after[each].kind for each in answer.new})
        > 1
    ):
        return "the nodes are of several kinds"
    return None if _asked(answer, before, after) else "these nodes need no answer"


def _asked(answer: Answer, before: Mapping[str, Node], after: Mapping[str, Node]) -> bool:
    """Whether an id came or went, so that there is something to say of it.

    A part of what was split, and one of what was merged, may keep its id.
    """
    gone = [node_id not in after for node_id in answer.old]
    fresh = [node_id not in before for node_id in answer.new]
    match answer.kind:
        case "split":
            return any(fresh)
        case "merged":
            return any(gone)
        case _:
            return all(gone) and all(fresh)
