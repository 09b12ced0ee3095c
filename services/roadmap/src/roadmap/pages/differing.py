"""What differs between two texts of the plan, in words: by kind, each with what it was and what it is."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias, cast

from pages.dates import japanese_text
from roadmap import domain
from roadmap.exports.labels import MARKS

Change: TypeAlias = domain.NodeChange | domain.ExtraChange

KINDS: dict[domain.ChangeKind, str] = {
    "moved": "動いた",
    "added": "加わった",
    "removed": "なくなった",
    "renamed": "名前が変わった",
    "split": "分かれた",
    "merged": "合わさった",
    "reworded": "書き直された",
}
NODES = {
    "plan": "計画",
    "perspective": "視点",
    "initiative": "施策",
    "bar": "工程",
    "milestone": "節目",
    "step": "段階",
    "list": "一覧",
    "item": "項目",
}
EXTRAS: dict[domain.What, str] = {
    "indicator": "指標",
    "reading": "指標の値",
    "fact": "計画のほかの記載",
    "body": "体制",
    "dependency": "前後の関係",
    "contradiction": "本文のくいちがい",
    "silence": "計画に書かれていないこと",
    "revision": "計画の文書",
}
FIELDS = {
    "due": "期日",
    "actual": "達成した日",
    "parent": "場所",
    "children": "並び順",
    "label": "名前",
    "node_id": "番号",
    "wording": "計画の言葉",
    "statements": "日付の書き方",
    "actor": "行うところ",
    "note": "補足",
    "current": "現状",
    "direction": "方向性",
    "code": "符号",
    "aliases": "別の呼び名",
    "stated_count": "計画に書かれた数",
    "over": "対象の一覧",
    "recurs": "繰り返し",
    "stands_for": "図の印",
    "mark": "出典の印",
    "parent_mark": "場所の出典の印",
    "target": "目標",
    "value": "値",
    "approx": "「約」の有無",
    "as_of": "いつの値か",
    "date": "日付",
    "unit": "単位",
    "definition": "測り方",
    "version": "測り方の版",
    "better": "望ましい向き",
    "about": "関係するところ",
    "quotes": "計画の言葉",
    "source": "出典",
    "name": "名前",
    "role": "役割",
    "what": "内容",
    "done": "ここでの扱い",
    "title": "名前",
    "columns": "工程表の年度",
}
CHOICES: dict[str, dict[object, str]] = {
    "mark": {**MARKS},
    "parent_mark": {**MARKS},
    "better": {"higher": "大きいほうがよい", "lower": "小さいほうがよい"},
    "approx": {True: "約", False: "約とは書かれていない"},
}
IDS = {"parent": "parent_id", "over": "over", "about": "about"}
"""Fields that name nodes, which are told by their labels."""
DETAILS = {"actual": "", "due": "", "target": "目標", "value": "", "quotes": ""}
"""What is told of something that came or went, the first that it has."""
SPAN = "期間"
PRESENT, LISTED = "計画への記載", "一覧への記載"
NONE, THERE, REWRITTEN, BY_PERIOD = "なし", "あり", "書き方だけが違います", "計画の期間のとおり"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """In what one thing differs."""

    name: str
    field: str
    before: str
    after: str
    milestone: str | None = None
    """The id of what has a page of its own; None: it has none, or not any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All changes of one kind."""

    kind: domain.ChangeKind
    word: str
    differences: Sequence[Difference]


def groups(
    diff: domain.Diff,
    before: Sequence[domain.Node],
    after: Sequence[domain.Node],
    *,
    without: Collection[str] = (),
) -> list[Group]:
    """The changes by kind, those that move something first, without some fields told elsewhere."""
    words = Words(Names.of(before), Names.of(after), without)
    told: defaultdict[domain.ChangeKind, list[Difference]] = defaultdict(list)
    for change in diff.all:
        told[change.kind].extend(words.differences(change))
    return [
        Group(kind=kind, word=word, differences=told[kind])
        for kind, word in KINDS.items()
        if told[kind]
    ]


def named(node: domain.Node) -> str:
    """What it is, and what it is called."""
    return f"{NODES[node.kind]}「{node.label}」"


@dataclass(frozen=True, slots=True)
class Names:
    """What the nodes of one tree are called, and in which order they stand."""

    labels: Mapping[str, str]
    children: Mapping[str, str]

    @classmethod
    def of(cls, nodes: Sequence[domain.Node]) -> Self:
        """Read them from a tree."""
        below: defaultdict[str, list[str]] = defaultdict(list)
        for node in sorted(nodes, key=lambda each: each.place):
            below[node.parent_id or ""].append(node.label)
        labels = {node.node_id: node.label for node in nodes}
        return cls(labels, {parent: "、".join(those) for parent, those in below.items()})

    def all(self, ids: object) -> str:
        """One node or several, by their labels."""
        those = cast("tuple[str, ...]", ids) if isinstance(ids, tuple) else (str(ids),)
        return "".join(f"「{self.labels.get(each, each)}」" for each in those)


@dataclass(frozen=True, slots=True)
class Words:
    """How changes are told, with the names that nodes have before and after."""

    old: Names
    new: Names
    without: Collection[str]

    def differences(self, change: Change) -> Iterator[Difference]:
        """Each way in which something differs by this change."""
        told = self._parts(change) if change.fields else self._whole(change)
        for field, before, after in told:
            yield Difference(
                name=_name(change),
                field=field,
                before=before,
                after=after,
                milestone=_milestone(change),
            )

    def _whole(self, change: Change) -> Iterator[tuple[str, str, str]]:
        field = LISTED if _is_listed(change) else PRESENT
        match change:
            case domain.NodeChange(kind="split", node_id=one):
                yield "名前", self.old.all(one), self.new.all(change.others)
            case domain.NodeChange(kind="merged", node_id=one):
                yield "名前", self.old.all(change.others), self.new.all(one)
            case _:
                yield field, _present(change.before), _present(change.after)

    def _parts(self, change: Change) -> Iterator[tuple[str, str, str]]:
        for name in change.fields:
            if name in self.without and _is_told_elsewhere(change):
                continue
            before = _said(change.before, name, self.old)
            after = _said(change.after, name, self.new)
            same = before == after
            yield _field(change, name), before, REWRITTEN if same else after


def _is_told_elsewhere(change: Change) -> bool:
    """Whether the dates in force tell of it: they are compared by the ids of nodes."""
    match change:
        case domain.NodeChange(before=domain.Node() as one, after=domain.Node() as other):
            return one.node_id == other.node_id
        case _:
            return False


def _field(change: Change, name: str) -> str:
    """What a field is called; what has a due date and is no milestone lasts until then."""
    node = change.before if isinstance(change, domain.NodeChange) else None
    return SPAN if name == "due" and node and node.kind != "milestone" else FIELDS.get(name, name)


def _name(change: Change) -> str:
    """Of what is new its new name, of all else the one that is known."""
    if isinstance(change, domain.NodeChange):
        first, other = change.before, change.after
        node = (other or first) if change.kind == "merged" else (first or other)
        return named(node) if node else change.node_id
    thing = change.after or change.before
    dated = isinstance(thing, domain.Reading) and thing.as_of
    when = f"（{japanese_text(dated.value)}）" if dated else ""
    return f"{EXTRAS[change.what]}「{change.label}」{when}"


def _milestone(change: Change) -> str | None:
    node = change.after if isinstance(change, domain.NodeChange) else None
    return node.node_id if node and node.kind == "milestone" else None


def _is_listed(change: Change) -> bool:
    """Whether it is a remark of ours about the plan, so that the plan itself does not hold it."""
    return isinstance(change, domain.ExtraChange) and change.what in {"silence", "contradiction"}


def _present(thing: domain.Thing | None) -> str:
    """That it is there, and with which date, value or words, if it has any."""
    if thing is None:
        return NONE
    told = ((word, _words(thing, name)) for name, word in DETAILS.items())
    first = next((f"{word}{said}" for word, said in told if said), None)
    return f"{THERE}（{first}）" if first else THERE


def _said(thing: domain.Thing | None, name: str, names: Names) -> str:
    """What a thing says of one of its fields."""
    if thing is None:
        return NONE
    if isinstance(thing, domain.Node) and name == "children":
        return names.children.get(thing.node_id, NONE)
    if name in IDS:
        ids = getattr(thing, IDS[name])
        below = "の下" if name == "parent" else ""
        return f"{names.all(ids)}{below}" if ids else NONE
    return _words(thing, name) or (BY_PERIOD if name == "columns" else NONE)


def _words(thing: domain.Thing, name: str) -> str | None:
    """A field in words; where it is one of a few values, what that value means."""
    value = getattr(thing, name, None)
    if name in CHOICES:
        return CHOICES[name].get(value)
    match thing, value:
        case domain.Indicator(), domain.Target():
            due = domain.in_words(value.due, japanese_text)
            return f"{value.value}{thing.unit}" + (f"（{due}）" if due else "")
        case _, domain.Recurrence():
            return f"{value.times}回"
        case _:
            return domain.word(thing, name, japanese_text)
