"""Every service has the same rooms: who knows one finds everything in the next."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = sorted(path.parent for path in ROOT.glob("services/*/pyproject.toml"))
REQUIRED = {"app", "consumers", "api", "pages", "handlers", "store", "domain", "settings"}
# `work` is there when time has something to do; senders and exports when something leaves.
ROOMS = REQUIRED | {"work", "senders", "exports"}
NO_ROOMS = {"__init__", "__main__", "templates", "migrations", "data", "py", "__pycache__"}
DOORS = {"app", "consumers", "api", "pages", "work", "__main__"}
CLOCKS = {
    f"{owner}{call}"
    for owner in ("", "datetime.", "date.", "time.", "dt.")
    for call in ("datetime.now", "datetime.utcnow", "date.today", "time.time", "time.time_ns")
} | {"datetime.now", "datetime.utcnow", "date.today", "today", "utcnow"}
REFUSED = {
    "http": "shadows the standard library",
    "email": "shadows the standard library",
    "calendar": "shadows the standard library",
    "events": "events live in libs/contracts",
    "models": "says nothing",
    "services": "says nothing",
    "utils": "says nothing",
    "helpers": "says nothing",
    "common": "says nothing",
    "types": "says nothing",
}
HEADINGS = ["Hears", "Says", "Keeps", "Shows", "Answers"]
MODULES = sorted(
    path
    for folder in ("libs", "services", "deploy")
    for path in ROOT.glob(f"{folder}/*/src/**/*.py")
)


def _package(service: Path) -> Path:
    return service / "src" / service.name


def _rooms(service: Path) -> set[str]:
    names = {path.name.split(".")[0] for path in _package(service).iterdir()}
    return names - NO_ROOMS


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _room_of(module: Path) -> str:
    """The room a module of a service lies in, also when the room is a folder."""
    inside = module.relative_to(ROOT).parts[4:]
    return inside[0].removesuffix(".py")


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_has_every_room(service: Path):
    missing = REQUIRED - _rooms(service)

    assert not missing, f"{service.name}: add {sorted(missing)}; a thin room is short, not absent"


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_has_no_other_room(service: Path):
    other = _rooms(service) - ROOMS

    assert not other, (
        f"{service.name}: {sorted(other)} is no room; find the room it belongs to, or add a kind of"
        " room to CONTRIBUTING.md, the import contract and this test"
    )


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_carries_what_it_needs_in_its_package(service: Path):
    needed = ("py.typed", "__main__.py", "templates", "migrations", "data")
    missing = [name for name in needed if not (_package(service) / name).exists()]

    assert not missing, f"{service.name}: {missing} must lie in the package, or the wheel lacks it"


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_tests_are_named_after_the_room_that_they_try(service: Path):
    names = [path.stem for path in service.glob("tests/test_*.py")]
    strays = [name for name in names if name.removeprefix("test_").split("_")[0] not in ROOMS]

    assert names
    assert not strays, f"{service.name}: rename {strays} to test_<room>.py or test_<room>_<part>.py"


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_readme_says_what_a_service_hears_says_keeps_shows_and_answers(service: Path):
    text = (service / "README.md").read_text(encoding="utf-8")
    found = [name for name in re.findall(r"^#+ (\w+)", text, re.MULTILINE) if name in HEADINGS]

    assert found == HEADINGS, f"{service.name}/README.md: the headings are {', '.join(HEADINGS)}"


@pytest.mark.parametrize("module", MODULES, ids=_shown)
def test_no_module_has_a_refused_name(module: Path):
    why = REFUSED.get(module.stem)

    assert why is None, f"{_shown(module)}: the name {module.stem} {why}"


@pytest.mark.parametrize(
    "module",
    [path for path in MODULES if "services" in path.parts and _room_of(path) not in DOORS],
    ids=_shown,
)
def test_only_doors_read_the_clock(module: Path):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}

    assert not called & CLOCKS, f"{_shown(module)}: take `now` as an argument; the door reads it"
