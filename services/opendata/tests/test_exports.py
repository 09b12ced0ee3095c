import csv
import io
import json

from hypothesis import given, strategies as st

from opendata import exports
from opendata.domain import LICENCES, About, Cell, Column, Imprint, Publisher, Row, Table

LABELS = ("名称", "備考", "数")
ABOUT = About(
    name="042111_shelters",
    title="避難場所",
    description="",
    keywords=(),
    columns=tuple(
        Column(name, label, "text", "")
        for name, label in zip(("name", "note", "count"), LABELS, strict=True)
    ),
    key=("name",),
    imprint=Imprint(
        publisher=Publisher(code="042111", name="岩沼市"), licence=LICENCES["CC-BY-4.0"]
    ),
)
awkward = st.sampled_from(
    [
        '"',
        '""',
        ",",
        "\r\n",
        "\n",
        "\r",
        "=1+1",
        "+81",
        "-",
        "@home",
        "'",
        " 玉浦 ",
        "〜",
        "髙﨑",
        "0012",
    ]
)
texts = st.lists(st.one_of(awkward, st.text(st.characters(exclude_categories=["Cs"])))).map("".join)
cells = st.one_of(st.none(), st.integers(-(2**53), 2**53), texts)
rows = st.tuples(texts, cells, cells)
tables = st.lists(rows).map(lambda rows: Table(about=ABOUT, rows=tuple(rows)))


def table(*rows: Row) -> Table:
    return Table(about=ABOUT, rows=rows)


def content(table: Table, extension: str) -> bytes:
    (found,) = [file for file in exports.files(table) if file.form.extension == extension]
    return found.content


def read(content: bytes) -> list[list[str]]:
    """As a program that knows nothing of us reads CSV."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def as_text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


@given(tables)
def test_whatever_stands_in_a_cell_comes_back_from_csv(given_table: Table):
    header, *found = read(content(given_table, "csv"))

    assert tuple(header) == LABELS
    assert found == [[as_text(cell) for cell in row] for row in given_table.rows]


@given(tables)
def test_rows_come_back_from_json_as_they_were(given_table: Table):
    found = exports.rows_from(content(given_table, "json"), ABOUT)

    assert found == given_table.rows


@given(tables)
def test_the_same_table_gives_the_same_bytes(given_table: Table):
    again = Table(about=ABOUT, rows=tuple(given_table.rows))

    assert exports.files(again) == exports.files(given_table)


def test_csv_begins_with_a_byte_order_mark_and_ends_its_lines_as_excel_does():
    found = content(table(("玉浦小学校", None, 200)), "csv")

    assert found == "\ufeff名称,備考,数\r\n玉浦小学校,,200\r\n".encode()


def test_a_cell_that_looks_like_a_formula_stays_as_it_is():
    found = content(table(("=SUM(A1)", "+81-223", -1), ("@岩沼", "-", 0)), "csv").decode()

    assert found.splitlines()[1:] == ["=SUM(A1),+81-223,-1", "@岩沼,-,0"]


def test_zero_is_not_blank():
    assert read(content(table(("玉浦", None, 0)), "csv"))[1] == ["玉浦", "", "0"]


def test_json_has_physical_names_null_for_blank_and_a_line_for_each_row():
    found = content(table(("玉浦", None, 0), ("西", "", 1)), "json").decode()

    assert json.loads(found) == [
        {"name": "玉浦", "note": None, "count": 0},
        {"name": "西", "note": "", "count": 1},
    ]
    assert found.count("\n") == 4


def test_a_form_tells_what_its_bytes_are():
    csv_file, json_file = exports.files(table(("玉浦", None, 0)))

    assert csv_file.form.size == len(csv_file.content)
    assert [(f.form.format, f.form.bom) for f in (csv_file, json_file)] == [
        ("CSV", True),
        ("JSON", False),
    ]


def test_a_table_without_rows_is_a_header_and_an_empty_list():
    assert content(table(), "csv").decode("utf-8-sig") == "名称,備考,数\r\n"
    assert json.loads(content(table(), "json")) == []
