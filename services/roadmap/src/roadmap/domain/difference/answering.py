"""Whether a person's answers fit the two trees that they are about."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from contracts.values import Refusal
from roadmap.domain.difference.changes import Answer, natural
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


def composed(
    steps: Iterable[Sequence[Answer]], before: Sequence[Node], after: Sequence[Node]
) -> tuple[Answer, ...]:
    """What became of the nodes of one tree in a later one, by the answers to the revisions between.

    The steps stand in their order. What cannot be told by answers that fit both trees is left out,
    so that it remains a question.
    """
    old, new = ({node.node_id: node for node in tree} for tree in (before, after))
    became: dict[str, tuple[str, ...]] = {}
    for step in steps:
        chosen = chosen_in(step)
        onward = {one: _onward(into, chosen) for one, into in became.items()}
        became = chosen | onward
    living = {one: tuple(each for each in into if each in new) for one, into in became.items()}
    ordered = sorted(living.keys() & old.keys(), key=natural)
    return _fitting(answers_from({one: living[one] for one in ordered}), old, new)


def turned(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The same answers looked at from the later tree; what was dropped is no answer there."""
    before: defaultdict[str, list[str]] = defaultdict(list)
    for old, into in chosen_in(answers).items():
        for each in into:
            before[each].append(old)
    return answers_from(before)


def _onward(into: Sequence[str], chosen: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """In which nodes they live on after one more step, each once."""
    return tuple(dict.fromkeys(new for each in into for new in chosen.get(each, (each,))))


def _fitting(
    answers: Sequence[Answer], before: Mapping[str, Node], after: Mapping[str, Node]
) -> tuple[Answer, ...]:
    """Those that fit both trees, and name no node that another one names."""
    fit = [answer for answer in answers if not _wrong(answer, before, after)]
    named = Counter(node_id for answer in fit for node_id in answer.new)
    return tuple(answer for answer in fit if all(named[each] == 1 for each in answer.new))


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
