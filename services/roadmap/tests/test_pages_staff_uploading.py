"""What a form brings that has a file in it."""

import pytest

from roadmap.pages.staff.uploading import parts_of
from web.problems import Refused

KIND = "multipart/form-data; boundary=city"


def form(*parts: str) -> bytes:
    return "".join(f"--city\r\n{part}\r\n" for part in parts).encode() + b"--city--\r\n"


def disposition(rest: str, content: str) -> str:
    return f"Content-Disposition: form-data; {rest}\r\n\r\n{content}"


def test_a_file_comes_as_it_is_with_its_name():
    body = form(disposition('name="file"; filename="計画.yaml"', "a: 1\r\n\n--city\n"))

    part = parts_of(KIND, body)["file"]

    assert (part.file, part.body) == ("計画.yaml", b"a: 1\r\n\n--city\n")


def test_a_text_that_was_typed_has_the_ends_of_lines_of_a_file():
    parts = parts_of(KIND, form(disposition('name="text"', "a: 1\r\nb: 2\r\n")))

    assert (parts["text"].file, parts["text"].text) == ("", "a: 1\nb: 2\n")


@pytest.mark.parametrize("boundary", ['"city"', "city", "city; charset=utf-8"])
def test_each_way_to_write_the_boundary_is_understood(boundary: str):
    kind = f"Multipart/Form-Data;boundary={boundary}"

    assert set(parts_of(kind, form(disposition('name="text"', "")))) == {"text"}


@pytest.mark.parametrize("body", [b"", b"--city--\r\n", b"--city\r\nname\r\n", b"\xff\x00"])
def test_a_form_without_fields_has_none(body: bytes):
    assert parts_of(KIND, body) == {}


def test_what_is_not_utf8_has_no_text():
    parts = parts_of(
        KIND, form(disposition('name="file"', "")).replace(b"\r\n\r\n", b"\r\n\r\n\x8a")
    )

    assert parts["file"].text == ""


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data"])
def test_what_is_no_such_form_is_refused(kind: str):
    with pytest.raises(Refused):
        parts_of(kind, b"")
