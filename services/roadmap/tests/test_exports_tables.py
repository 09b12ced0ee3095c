import csv
from io import StringIO
from json import dumps

import pytest
from hypothesis import given, strategies as st

from roadmap.exports.tables import (
    COLUMNS,
    OtherColumns,
    Row,
    UnevenRow,
    UnreadableTable,
    read,
    texts,
    write,
)

NAMES = ("node_id", "label")
HEAD = "node_id,label\r\n"
CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(st.tuples(CELLS, CELLS)))
def test_what_was_written_is_read_as_it_was(rows: list[Row]):
    file = write(NAMES, rows)

    sheet = read(file, NAMES)

    assert sheet.rows == tuple(rows)
    assert write(NAMES, sheet.rows) == file


@given(st.lists(st.tuples(CELLS, CELLS)))
def test_no_cell_is_a_formula(rows: list[Row]):
    text = write(NAMES, rows).decode("utf-8-sig")

    cells = [cell for row in csv.reader(StringIO(text, newline="")) for cell in row]

    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+81", "'+81"),
        ("-", "'-"),
        ("@machi", "'@machi"),
        ("'=1", "''=1"),
        ("'そのまま", "'そのまま"),
        ("2-1", "2-1"),
        ("一、二", "一、二"),
        ("一,二", '"一,二"'),
        ("「」\n二行目", '"「」\n二行目"'),
    ],
)
def test_a_formula_is_quoted_and_nothing_else(cell: str, written: str):
    assert write(("cell",), [(cell,)]).decode() == f"\ufeffcell\r\n{written}\r\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ((HEAD + "2-1,標準化①\r\n").encode(), "UTF-8"),
        ((HEAD + "2-1,標準化①\r\n").encode("utf-8-sig"), "UTF-8 with BOM"),
        ((HEAD + "2-1,標準化①\r\n").encode("cp932"), "Shift_JIS"),
        ((HEAD + "2-1,標準化①").replace("\r\n", "\n").encode(), "UTF-8"),
        ("label,node_id\r標準化①,2-1\r".encode(), "UTF-8"),
    ],
)
def test_a_file_is_read_as_clerks_save_it(data: bytes, encoding: str):
    sheet = read(data, NAMES)

    assert sheet.rows == (("2-1", "標準化①"),)
    assert sheet.encoding == encoding


@pytest.mark.parametrize(
    ("data", "refusal", "told"),
    [
        (b"\xff\xfe\x00\x01", UnreadableTable, "UTF-8"),
        ("node_id,label\r\n".encode("utf-16"), UnreadableTable, "UTF-8"),
        (b'node_id,label\r\n"2-1,x', UnreadableTable, "end of data"),
        (b"node_id,name\r\n", OtherColumns, "-label, +name"),
        (b"node_id,label,label\r\n", OtherColumns, "twice"),
        (b"", OtherColumns, "-node_id, -label"),
        (b"node_id,label\r\n2-1\r\n", UnevenRow, "row 2: 1, not 2"),
    ],
)
def test_a_file_that_cannot_be_the_table_is_refused_whole(
    data: bytes, refusal: type[Exception], told: str
):
    with pytest.raises(refusal) as refused:
        read(data, NAMES)

    assert told in str(refused.value)


def test_a_cell_is_read_however_long_it_was_written():
    long = "計画" * 100_000

    assert read(write(NAMES, [("2-1", long)]), NAMES).rows == (("2-1", long),)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932"])
def test_each_text_of_a_file_is_found_as_somebody_meant_it(encoding: str):
    name, deep = '佐藤"花子\\', "[" * 2_000
    cells = (name, f"-{name}", dumps([{"source": name, "lines": None}]), deep)
    file = write(NAMES, [cells[:2], cells[2:]]).decode("utf-8-sig").encode(encoding)

    assert [*texts(file)] == [*NAMES, *cells[:3], name, "None", deep]


def test_no_table_has_a_column_twice():
    assert all(len(set(columns)) == len(columns) for columns in COLUMNS.values())
