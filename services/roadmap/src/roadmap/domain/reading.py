"""How a plan file becomes a plan: every problem at once, each with its line."""

import json
from collections import defaultdict
from dataclasses import replace
from hashlib import sha256

from documents import Document, Unreadable, parse
from roadmap.domain import planfile as written
from roadmap.domain.placing import misplaced
from roadmap.domain.plan import (
    NOT_WRITTEN,
    Node,
    Plan,
    Quote,
    Recurrence,
    Revision,
    Silence,
    Source,
    StandsFor,
    Statement,
)


def read_plan(text: str | bytes, name: str) -> Plan:
    """Read a plan file; `documents.Unreadable` holds all that is wrong with it."""
    document = parse(text, name)
    file, problems = document.validate(written.PlanFile)
    problems.extend(misplaced(document))
    if file is None or problems:
        raise Unreadable(problems)
    return _plan(file, document)


def _plan(file: written.PlanFile, document: Document) -> Plan:
    places: defaultdict[str | None, int] = defaultdict(int)
    nodes: list[Node] = []
    for node in map(_node, file.nodes):
        places[node.parent_id] += 1
        nodes.append(replace(node, place=places[node.parent_id]))
    return Plan(
        municipality=file.municipality,
        revision=_revision(file.revision),
        nodes=tuple(nodes),
        silences=tuple(
            Silence(silence_id=silent.id, label=silent.label, note=silent.note)
            for silent in file.not_in_text
        ),
        sha256=_digest(document),
    )


def _digest(document: Document) -> str:
    """The hash of what the file says, whatever its layout and comments."""
    said = json.dumps(document.value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(said.encode()).hexdigest()


def _revision(file: written.RevisionFile) -> Revision:
    return Revision(
        revision_id=file.id,
        supersedes=file.supersedes,
        supersedes_mark=file.supersedes_mark,
        adopted=file.adopted.day_or_span(),
        mark=file.adopted.mark,
        lines=file.adopted.lines,
        change=_quote(file.change),
        reason=_quote(file.reason),
        note=file.note,
        decision=file.decision,
        source=Source(title=file.source.title, sha256=file.source.sha256),
    )


def _quote(file: written.QuoteFile | None) -> Quote | None:
    return Quote(**file.model_dump()) if file else None


def _node(file: written.NodeFile) -> Node:
    match file:
        case written.MilestoneFile():
            return _milestone(file)
        case written.BarFile():
            return _bar(file)
        case written.HeadingFile():
            return _heading(file, parent=file.parent)
        case written.StepFile():
            step = _heading(file, parent=file.parent)
            return replace(step, statements=(_statement(file.period),))
        case _:
            root = _heading(file, parent=None)
            return replace(root, statements=(_statement(file.period),))


def _heading(
    file: written.PlanNodeFile | written.HeadingFile | written.StepFile | written.BarFile,
    parent: str | None,
) -> Node:
    return Node(
        node_id=file.id,
        kind=file.kind,
        parent_id=parent,
        label=file.label,
        mark=file.mark,
        lines=file.lines,
        note=file.note,
    )


def _bar(file: written.BarFile) -> Node:
    extent = _statement(file.extent) if file.extent else NOT_WRITTEN
    return replace(
        _heading(file, parent=file.parent),
        statements=(extent,),
        parent_mark=file.parent_mark,
        actor=file.actor,
        recurs=Recurrence(**file.recurs.model_dump()) if file.recurs else None,
        stands_for=StandsFor(**file.stands_for.model_dump()) if file.stands_for else None,
    )


def _milestone(file: written.MilestoneFile) -> Node:
    said = [_statement(dated, file.wording) for dated in (file.due, file.actual) if dated]
    return Node(
        node_id=file.id,
        kind=file.kind,
        parent_id=file.parent,
        label=file.label,
        mark=said[0].mark,
        lines=said[0].lines,
        note=file.note,
        statements=tuple(said),
    )


def _statement(file: written.DueFile | written.ActualFile, wording: str | None = None) -> Statement:
    return Statement(
        attr=file.attr,
        asserter=file.asserter,
        value=file.value(),
        undated_reason=file.undated_reason,
        mark=file.mark,
        edtf_mark=file.edtf_mark or file.mark,
        lines=file.lines,
        wording=wording,
    )
