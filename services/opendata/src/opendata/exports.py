"""The forms in which opendata gives out a table, byte for byte the same for the same table."""

import csv
import io
import json
from hashlib import sha256

from opendata.domain import About, File, Form, Row, Table

# Excel takes a file without it for Shift_JIS, and shows nonsense.
BOM = "\ufeff"


def files(table: Table) -> tuple[File, ...]:
    """Every form of a table."""
    return (
        _file("CSV", "text/csv", csv_text(table), bom=True),
        _file("JSON", "application/json", json_text(table), bom=False),
    )


def csv_text(table: Table) -> str:
    """RFC 4180 with labels as header; cells stay as they are, whatever they begin with."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.label for column in table.about.columns])
    writer.writerows(table.rows)
    return out.getvalue()


def json_text(table: Table) -> str:
    """A list of rows, a line each, with physical names; what is blank in CSV is null."""
    names = [column.physical for column in table.about.columns]
    rows = (dict(zip(names, row, strict=True)) for row in table.rows)
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def rows_from(content: bytes, about: About) -> tuple[Row, ...]:
    """The rows that a JSON form was made of."""
    names = [column.physical for column in about.columns]
    return tuple(tuple(row[name] for name in names) for row in json.loads(content))


def _file(name: str, media_type: str, text: str, *, bom: bool) -> File:
    content = (BOM + text if bom else text).encode()
    form = Form(
        format=name,
        media_type=media_type,
        encoding="UTF-8",
        bom=bom,
        size=len(content),
        sha256=sha256(content).hexdigest(),
    )
    return File(form=form, content=content)
