"""How long things may be, blank lines and what only tests use left out: no linter knows that."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("libs", "services", "deploy", "tests")
FILES = sorted(path for folder in FOLDERS for path in ROOT.glob(f"{folder}/**/*.py"))
SOURCES = [path for path in FILES if "src" in path.parts]
TESTS = [path for path in FILES if "src" not in path.parts]
LIBRARIES = {"chassis": 800, "web": 400}
LONGEST_FUNCTION = 40
LONGEST_TEST = 25


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _length(lines: list[str]) -> int:
    return sum(1 for line in lines if line.strip())


def _file(path: Path) -> int:
    return _length(path.read_text(encoding="utf-8").splitlines())


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, _length(lines[node.lineno - 1 : node.end_lineno])


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_that_all_stand_on_stays_small(library: str):
    found = ROOT.glob(f"libs/{library}/src/**/*.py")
    lines = sum(_file(path) for path in found if path.name != "testing.py")

    assert lines <= LIBRARIES[library], (
        f"{library} has {lines} lines: what do two services not need?"
    )


@pytest.mark.parametrize("path", SOURCES, ids=_shown)
def test_a_module_fits_on_a_few_screens(path: Path):
    limit = 60 if path.name == "app.py" and "services" in path.parts else 300

    assert _file(path) <= limit, f"{_shown(path)}: make it a folder of the same name"


@pytest.mark.parametrize("path", [path for path in TESTS if path.name == "conftest.py"], ids=_shown)
def test_a_conftest_is_read_at_a_glance(path: Path):
    assert _file(path) <= 100, f"{_shown(path)}: fixtures of fixtures hide what a test does"


@pytest.mark.parametrize("path", FILES, ids=_shown)
def test_functions_are_short(path: Path):
    limit = LONGEST_FUNCTION if path in SOURCES else LONGEST_TEST
    long = {name: length for name, length in _functions(path) if length > limit}

    assert not long, f"{_shown(path)}: shorten {long}; at most {limit} lines"


def test_half_of_all_functions_are_eight_lines_or_shorter():
    lengths = [length for path in SOURCES for _, length in _functions(path)]

    assert median(lengths) <= 8
