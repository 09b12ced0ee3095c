"""How a plan file becomes a plan: every problem at once, each with its line."""

from collections import defaultdict
from dataclasses import replace
from hashlib import sha256

import rfc8785

from documents import Document, Unreadable, parse
from roadmap.domain import planfile as written
from roadmap.domain.plan import (
    NOT_WRITTEN,
    Node,
    Plan,
    Recurrence,
    Revision,
    StandsFor,
)
from roadmap.domain.reading.computed import instead_of_unknown
from roadmap.domain.reading.counting import miscounted, misdenied
from roadmap.domain.reading.extras import quote, read_extras, source, statement
from roadmap.domain.reading.placing import misplaced
from roadmap.domain.reading.referring import misreferred
from roadmap.domain.statements import Count


def read_plan(text: str | bytes, name: str) -> Plan:
    """Read a plan file; `documents.Unreadable` holds all that is wrong with it."""
    document = parse(text, name)
    file, unfit = document.validate(written.PlanFile)
    problems = instead_of_unknown(document, unfit)
    problems.extend(misplaced(document))
    problems.extend(misreferred(document))
    if file is None or problems:
        raise Unreadable(problems)
    plan = _plan(file, document)
    file = text.encode() if isinstance(text, str) else text
    warnings = (*miscounted(plan, document), *misdenied(plan, document))
    return replace(plan, file=file, warnings=warnings)


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
        extras=read_extras(file),
        sha256=_digest(document),
    )


def _digest(document: Document) -> str:
    """The hash of what the file says, as RFC 8785 writes JSON: layout and comments count nothing."""
    return sha256(rfc8785.dumps(document.value)).hexdigest()


def _revision(file: written.RevisionFile) -> Revision:
    return Revision(
        revision_id=file.id,
        supersedes=file.supersedes,
        supersedes_mark=file.supersedes_mark,
        adopted=file.adopted.known(),
        mark=file.adopted.mark,
        lines=file.adopted.lines,
        change=quote(file.change) if file.change else None,
        reason=quote(file.reason) if file.reason else None,
        note=file.note,
        decision=file.decision,
        source=source(file.source),
    )


def _node(file: written.NodeFile) -> Node:
    match file:
        case written.MilestoneFile():
            return _milestone(file)
        case written.BarFile():
            return _bar(file)
        case written.InitiativeFile():
            return _initiative(file)
        case written.ListFile() | written.ItemFile():
            return _listed(file)
        case _:
            return _heading(file)


def _heading(
    file: written.PlanNodeFile
    | written.PerspectiveFile
    | written.InitiativeFile
    | written.StepFile
    | written.BarFile
    | written.ListFile
    | written.ItemFile,
) -> Node:
    spans = isinstance(file, written.PlanNodeFile | written.StepFile)
    return Node(
        node_id=file.id,
        kind=file.kind,
        parent_id=None if isinstance(file, written.PlanNodeFile) else file.parent,
        label=file.label,
        mark=file.mark,
        lines=file.lines,
        note=file.note,
        statements=(statement(file.period),) if spans else (),
    )


def _initiative(file: written.InitiativeFile) -> Node:
    return replace(
        _heading(file),
        current=tuple(map(quote, file.current)),
        direction=tuple(map(quote, file.direction)),
    )


def _listed(file: written.ListFile | written.ItemFile) -> Node:
    heading = _heading(file)
    if isinstance(file, written.ItemFile):
        return replace(heading, code=file.code, aliases=tuple(file.aliases))
    count = file.stated_count
    return replace(heading, stated_count=Count(**count.model_dump()) if count else None)


def _bar(file: written.BarFile) -> Node:
    extent = statement(file.extent) if file.extent else NOT_WRITTEN
    return replace(
        _heading(file),
        statements=(extent,),
        parent_mark=file.parent_mark,
        actor=file.actor,
        recurs=Recurrence(**file.recurs.model_dump()) if file.recurs else None,
        stands_for=StandsFor(**file.stands_for.model_dump()) if file.stands_for else None,
    )


def _milestone(file: written.MilestoneFile) -> Node:
    said = [statement(dated, file.wording) for dated in (file.due, file.actual) if dated]
    return Node(
        node_id=file.id,
        kind=file.kind,
        parent_id=file.parent,
        label=file.label,
        mark=said[0].mark,
        lines=said[0].lines,
        note=file.note,
        statements=tuple(said),
        over=file.over,
    )
