"""House laws that no tool knows."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    path for folder in ("libs", "services") for path in ROOT.glob(f"{folder}/*/src/**/*.html")
)
STYLES = sorted(
    path for path in ROOT.glob("libs/pages/src/pages/static/*.css") if path.name != "tokens.css"
)
TESTS = sorted(
    path
    for folder in ("libs", "services", "deploy", "tests")
    for path in ROOT.glob(f"{folder}/**/test*/**/*.py")
)
ENGINES = sorted(
    path for name in ("chassis", "web") for path in ROOT.glob(f"libs/{name}/src/**/*.*")
)
THE_CITY = re.compile(
    r"iwanuma|岩沼|milestone|procedure|initiative|\broadmap\b|\bcatalog\b", re.IGNORECASE
)
DATA_BLOCK = '<script type="application/ld+json">'


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("template", TEMPLATES, ids=_shown)
def test_a_template_holds_nothing_that_the_policy_forbids(template: Path):
    text = template.read_text(encoding="utf-8").replace(DATA_BLOCK, "")
    inline = re.findall(r"\sstyle=|\son[a-z]+=|<style\b|<script\b(?![^>]*\ssrc=)", text)

    assert not inline, f"{_shown(template)}: {inline} would be blocked in the browser"


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES], ids=_shown)
def test_colours_come_from_the_tokens(path: Path):
    text = re.sub(r'href="[^"]*"', "", path.read_text(encoding="utf-8"))
    colours = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s\"')])", text)

    assert not colours, f"{_shown(path)}: write var(--color-...) for {colours}"


@pytest.mark.parametrize("path", ENGINES, ids=_shown)
def test_the_engine_knows_no_word_of_the_city(path: Path):
    if path.suffix not in {".py", ".sql"}:
        return
    words = set(THE_CITY.findall(path.read_text(encoding="utf-8")))

    assert not words, f"{_shown(path)}: {words} belongs to a service"


@pytest.mark.parametrize("path", TESTS, ids=_shown)
def test_nothing_is_mocked(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}

    assert not imported & {"unittest.mock", "unittest", "mock"}
    assert not called & {"monkeypatch.setattr", "mocker.patch", "time.sleep"}, (
        f"{_shown(path)}: what would be patched should have been an argument"
    )
