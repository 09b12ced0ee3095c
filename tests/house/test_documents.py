"""What can be set, said to make, or installed is written down; what is written down exists."""

import importlib
import importlib.util
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from local.settings import PORTS, variable
from process.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
SERVICES = [path.parent.name for path in ROOT.glob("services/*/pyproject.toml")]
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
VARIABLE = re.compile(r"\bMACHI_[A-Z]+(?:_[A-Z]+)*\b")
CODE = (
    *ROOT.glob("libs/*/src/**/*.py"),
    *ROOT.glob("services/*/src/**/*.py"),
    *ROOT.glob("deploy/**/*.py"),
    *ROOT.glob("tests/**/*.py"),
    *ROOT.glob("*/*/tests/**/*.py"),
    ROOT / "deploy/Caddyfile",
    ROOT / "deploy/Dockerfile",
    ROOT / "docker-compose.yml",
    ROOT / "Makefile",
    ROOT / "conftest.py",
)
NOT_FROM_OUTSIDE = {"MACHI_NAME"}


def _settings(module: str) -> list[type[BaseSettings]]:
    """The classes of settings that a module defines; whether it is there, test_rooms says."""
    if importlib.util.find_spec(module) is None:
        return []
    classes = vars(importlib.import_module(module)).values()
    found = [each for each in classes if isinstance(each, type) and issubclass(each, BaseSettings)]
    return [each for each in found if each is not BaseSettings and each.__module__ == module]


CLASSES = [
    ServiceSettings,
    *chain.from_iterable(_settings(f"{service}.settings") for service in SERVICES),
]


def _variables(settings: type[BaseSettings]) -> dict[str, str | None]:
    """The environment variables of a class, each with its docstring."""
    prefix = settings.model_config.get("env_prefix", "")
    fields = settings.model_fields.items()
    return {
        str(f.validation_alias or f"{prefix}{name}").upper(): f.description for name, f in fields
    }


def _in_code() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in CODE if path.exists())
    found = set(chain.from_iterable(VARIABLE.findall(text) for text in texts))
    fields = set(chain.from_iterable(_variables(settings) for settings in CLASSES))
    return (found | fields | {variable(part) for part in PORTS}) - NOT_FROM_OUTSIDE


@pytest.mark.parametrize("settings", CLASSES, ids=lambda each: each.__module__)
def test_each_setting_explains_itself(settings: type[BaseSettings]):
    silent = [name for name, sentence in _variables(settings).items() if not sentence]

    assert not silent, f"{settings.__module__}: write a docstring under {silent}"


def test_each_setting_has_its_row():
    rows = set(re.findall(r"^\| `(MACHI_[A-Z_]+)` \|", OPERATIONS, re.MULTILINE))

    assert not _in_code() - rows, "add a row to the settings in docs/operations.md"
    assert not rows - _in_code(), "docs/operations.md explains settings that do not exist"


def test_each_verb_of_make_explains_itself():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = re.findall(r"^([a-z][a-z-]*):(?!=)(.*)$", text, re.MULTILINE)
    silent = [verb for verb, rest in verbs if "## " not in rest]

    assert verbs
    assert not silent, f"add a `## comment` for `make help` to {silent}"


def test_documents_name_only_verbs_that_make_knows():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z][a-z-]*):(?!=)", text, re.MULTILINE))
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md")]
    quoted = re.compile(r"(?:`|^)make ([a-z][a-z -]*)", re.MULTILINE)
    named = {
        verb
        for page in pages
        for words in quoted.findall(page.read_text(encoding="utf-8"))
        for verb in words.split()
    }

    assert not named - known, "these are no verbs of the Makefile"


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_no_registry_is_named(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "://" not in text, f"{name}: cities install behind mirrors of their own"


def test_each_dependency_has_its_line():
    text = (ROOT / "docs/decisions/0005-dependencies.md").read_text(encoding="utf-8")
    lines = {name.lower() for name in re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)}
    named: set[str] = set()
    for path in (ROOT / "pyproject.toml", *ROOT.glob("*/*/pyproject.toml")):
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
        groups = settings.get("dependency-groups", {}).values()
        for each in (*settings["project"]["dependencies"], *chain.from_iterable(groups)):
            named.add(re.split(r"[^\w.-]", each.lower())[0])

    missing = {name for name in named if not name.startswith("machi-")} - lines
    assert not missing, "add a line to docs/decisions/0005-dependencies.md"


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("docs/decisions/0*.md")), ids=lambda path: path.stem
)
def test_a_decision_has_its_four_parts(page: Path):
    parts = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)

    assert parts == ["Context", "Decision", "Consequences", "When to look again"]
