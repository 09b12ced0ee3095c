"""`make check`: everything that a machine can say about the code, and that no rule is untried."""

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sysconfig.get_path("scripts"))
OURS = (
    "contracts",
    "documents",
    "patience",
    "telemetry",
    "bus",
    "chassis",
    "tending",
    "process",
    "web",
    "pages",
    "roadmap",
    "catalog",
    "opendata",
    "notify",
    "local",
)
NAMES = ",".join(f"machi-{name}={name}" for name in OURS)
GENERATED = (
    "docs/events.md",
    "docs/asyncapi.yaml",
    "libs/contracts/src/contracts/schemas",
    "services/*/README.md",
    "services/roadmap/src/roadmap/data/plan.schema.json",
)


def main() -> int:
    """Run every check, so that one look shows all that is wrong; 1 when something is."""
    wrong = [name for name, command in checks() if not _passes(name, command)]
    wrong += [
        f"{path} is not up to date: run `make schemas docs` and commit it" for path in _stale()
    ]
    print("\n".join(["", "wrong:", *wrong] if wrong else ["", "all is well"]))
    return 1 if wrong else 0


def checks() -> list[tuple[str, list[str]]]:
    """Each check with its command."""
    return [
        ("ruff format", [_tool("ruff"), "format", "--check"]),
        ("ruff check", [_tool("ruff"), "check"]),
        ("import-linter", [_tool("lint-imports")]),
        ("pyright", [_tool("pyright")]),
        *(_deptry(member) for member in _members()),
        (
            "the domains, by their tests",
            [_tool("coverage"), "run", "-m", "pytest", "-q", *_rules()],
        ),
        ("every line and branch of the domains", [_tool("coverage"), "report"]),
    ]


def _rules() -> list[str]:
    return sorted(map(str, ROOT.glob("services/*/tests/test_domain*.py")))


def _deptry(member: Path) -> tuple[str, list[str]]:
    config = ["--config", str(member / "pyproject.toml"), "--package-module-name-map", NAMES]
    return f"deptry {member.name}", [_tool("deptry"), str(member / "src"), *config]


def _members() -> list[Path]:
    folders = (*ROOT.glob("libs/*"), *ROOT.glob("services/*"), ROOT / "deploy" / "local")
    return sorted(each for each in folders if (each / "pyproject.toml").exists())


def _passes(name: str, command: list[str]) -> bool:
    print(f"\n{name}", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def _stale() -> list[str]:
    """Generated files that are made anew differ from those that lie here."""
    before = _contents()
    for verb, command in {"schemas": ["-m", "contracts"], "docs": ["docs/generate.py"]}.items():
        _passes(f"make {verb}", [sys.executable, *command])
    after = _contents()
    return sorted(
        str(path.relative_to(ROOT))
        for path in {*before, *after}
        if before.get(path) != after.get(path)
    )


def _contents() -> dict[Path, bytes]:
    found = [path for pattern in GENERATED for path in ROOT.glob(pattern)]
    files = [file for path in found for file in (path.rglob("*") if path.is_dir() else [path])]
    return {file: file.read_bytes() for file in files if file.is_file()}


def _tool(name: str) -> str:
    return str(BIN / name)


if __name__ == "__main__":
    sys.exit(main())
