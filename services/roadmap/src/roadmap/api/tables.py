"""The tables of the plan as CSV."""

import asyncio
from typing import cast

from fastapi import APIRouter, Request, Response

from roadmap import domain
from roadmap.api.asking import FOR_EVER, AskedAt, AtDesk
from roadmap.api.outlets import file
from roadmap.domain.changing.cells import Cells
from roadmap.exports import milestones
from roadmap.exports.publishing import Publisher
from roadmap.exports.tables import COLUMNS, MEDIA_TYPE, UnknownTable, write
from roadmap.store import Store

router = APIRouter()


@router.get(
    "/export/{table}.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def table_as_csv(request: Request, table: str, *, desk: AtDesk, at: AskedAt) -> Response:
    """A whole table (nodes, assertions, decisions), or the milestones as they stand, as CSV in UTF-8 with a BOM.

    A cell that a spreadsheet would compute has a `'` before it.
    """
    columns = {**COLUMNS, "milestones": milestones.COLUMNS}.get(table)
    if columns is None:
        raise UnknownTable(table[:64])
    name = f"{desk.speaker.municipality}_{table}.csv"
    kept = {"Content-Disposition": f'attachment; filename="{name}"'}
    kept |= FOR_EVER if at.settled(desk.now()) else {}
    async with desk.read() as store:

        async def render() -> bytes:
            publisher = cast("Publisher", request.app.state.publisher)
            rows = await _rows(store, table, at, publisher=publisher)
            ordered = [tuple(row[column] for column in columns) for row in rows]
            return await asyncio.to_thread(write, columns, ordered)

        return await file(request, store, at, render=render, how=(MEDIA_TYPE, kept))


async def _rows(store: Store, table: str, at: domain.At, *, publisher: Publisher) -> list[Cells]:
    if table == "milestones":
        return milestones.rows(await store.milestones(at), at.day, publisher)
    return await store.doors.tables.all(table, at)
