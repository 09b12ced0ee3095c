"""What loading a plan would change, in words: by kind, each with what it is and what it would be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pages.dates import japanese_text
from roadmap import domain

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
FIELDS = {
    "due": "期日",
    "actual": "達成した日",
    "parent": "上にあるもの",
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
    "parent_mark": "上にあるものの出典の印",
}
PRESENT = "計画への記載"
NONE, NOW, REWRITTEN = "なし", "いまの書き方", "書き方が変わります"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """In what one node would differ."""

    node: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All changes of one kind."""

    kind: str
    word: str
    differences: Sequence[Difference]


def groups(run: domain.DryRun, before: Sequence[domain.Node]) -> list[Group]:
    """The changes by kind, those that move something first; a kind without any is left out."""
    words = Words(
        {node.node_id: node.label for node in before},
        {node.node_id: node.label for node in run.plan.nodes},
    )
    return [
        Group(
            kind=kind,
            word=word,
            differences=[each for change in found for each in words.differences(change)],
        )
        for kind, word in KINDS.items()
        if (found := run.diff.of_kind(kind))
    ]


def named(node: domain.Node) -> str:
    """What it is, and what it is called."""
    return f"{NODES[node.kind]}「{node.label}」"


@dataclass(frozen=True, slots=True)
class Words:
    """How changes are told, with the names that nodes have before and after."""

    old: Mapping[str, str]
    new: Mapping[str, str]

    def differences(self, change: domain.NodeChange) -> Iterator[Difference]:
        """Each way in which a node differs by this change."""
        node = change.after if change.kind in {"added", "merged"} else change.before
        told = self._whole(change) if not change.fields else self._parts(change)
        for field, before, after in told:
            yield Difference(
                node=named(node) if node else change.node_id,
                field=field,
                before=before,
                after=after,
            )

    def _whole(self, change: domain.NodeChange) -> Iterator[tuple[str, str, str]]:
        match change.kind:
            case "split":
                yield "名前", self._old(change.node_id), self._all(self.new, change.others)
            case "merged":
                yield "名前", self._all(self.old, change.others), self._new(change.node_id)
            case "removed":
                yield PRESENT, _present(change.before), NONE
            case _:
                yield PRESENT, NONE, _present(change.after)

    def _parts(self, change: domain.NodeChange) -> Iterator[tuple[str, str, str]]:
        for name in change.fields:
            before = self._said(change.before, name, self.old)
            after = self._said(change.after, name, self.new)
            same = before == after
            yield FIELDS.get(name, name), before, REWRITTEN if same else after

    def _said(self, node: domain.Node | None, name: str, labels: Mapping[str, str]) -> str:
        """What a node says of one thing; nothing where that cannot be told in a line."""
        if node is None:
            return NONE
        if name == "parent":
            return labels.get(node.parent_id or "", node.parent_id or NONE)
        return SAID[name](node) or NONE if name in SAID else NOW

    def _old(self, node_id: str) -> str:
        return self.old.get(node_id, node_id)

    def _new(self, node_id: str) -> str:
        return self.new.get(node_id, node_id)

    def _all(self, labels: Mapping[str, str], ids: Sequence[str]) -> str:
        return "、".join(labels.get(each, each) for each in ids)


def _present(node: domain.Node | None) -> str:
    """That it is there, and with which date, if it has one."""
    said = (node.due or node.actual) if node else None
    return f"あり（{_day(said)}）" if said else "あり"


def _day(said: domain.Statement | None) -> str:
    if said is None:
        return NONE
    return japanese_text(said.value) if said.value else said.undated_reason or NONE


def _quoted(quotes: Sequence[domain.Quote]) -> str:
    return "".join(f"「{quote.text}」" for quote in quotes)


SAID: dict[str, Callable[[domain.Node], str | None]] = {
    "due": lambda node: _day(node.due),
    "actual": lambda node: _day(node.actual),
    "label": lambda node: node.label,
    "node_id": lambda node: node.node_id,
    "actor": lambda node: node.actor,
    "note": lambda node: node.note,
    "code": lambda node: node.code,
    "wording": lambda node: node.due.wording if node.due else None,
    "current": lambda node: _quoted(node.current),
    "direction": lambda node: _quoted(node.direction),
    "stated_count": lambda node: str(node.stated_count.value) if node.stated_count else None,
    "aliases": lambda node: "、".join(node.aliases),
}
