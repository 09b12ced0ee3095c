"""`make secrets`: writes into .env a password for each that docker-compose.yml asks for and .env lacks.

What stands in .env already is never changed; nobody but its owner can read it.
"""

import os
import re
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
ASKED = re.compile(r"\$\{(MACHI_[A-Z_]+):\?")
HAS = re.compile(r"^\s*(?:export\s+)?(\w+)=", re.MULTILINE)


def main(arguments: list[str]) -> int:
    """Write what is missing into the file named, or .env; tell whoever runs it."""
    path = Path(arguments[0]) if arguments else ROOT / ".env"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    missing = lacking(before, COMPOSE.read_text(encoding="utf-8"))
    if missing:
        made = "".join(f"{name}={secrets.token_urlsafe(24)}\n" for name in missing)
        between = "" if not before or before.endswith("\n") else "\n"
        write(path, before + between + made)
    told = f"made {', '.join(missing)}" if missing else "nothing was missing"
    sys.stderr.write(f"machi: {path}: {told}\n")
    return 0


def lacking(environment: str, compose: str) -> list[str]:
    """The secrets that the compose file asks for and the environment file does not have."""
    there = set(HAS.findall(environment))
    return [name for name in dict.fromkeys(ASKED.findall(compose)) if name not in there]


def write(path: Path, text: str) -> None:
    """Put the text there at once, readable by us alone."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
