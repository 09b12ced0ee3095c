"""Makes .venv as requirements.lock says, with nothing but Python's standard library.

It does nothing when the lock and the members are unchanged.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "machi-stamp"
HOME = ROOT / ".machi"
TOOLS = HOME / "tools"
LOG = HOME / "bootstrap.log"
LOCK = ROOT / "requirements.lock"
OLDEST, NEWEST = (3, 11), (3, 13)
NUMBER = f"{sys.version_info[0]}.{sys.version_info[1]}"
UV = "0.13."  # the members are built by uv itself, which a release of another number refuses
# What `make clean` may remove, and where a database may lie that root could not keep at home.
MADE = [
    "bench",
    "bench-venv",
    "bootstrap.lock",
    "bootstrap.log",
    "caddy",
    "keys",
    "kafka",
    "log",
    "mailbox",
    "outside",
    "postgres",
    "run",
    "secrets",
    "tools",
]
OUTSIDE = re.compile(r"/var/tmp/machi-[0-9a-f]{12}")  # noqa: S108 - compared, not written
TOLD = ("Download", "Prepared", "Installed", "Building")
# What a person told pip about a mirror is passed on to uv, which does not read it.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "no-index": "UV_NO_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


class Trouble(Exception):
    """Something a person has to change; the text is one sentence."""


class OtherPython(Trouble):
    """Older ones cannot read our code; for newer ones some packages are not made yet."""

    def __init__(self) -> None:
        super().__init__(
            f"this is Python {NUMBER}, and Machi needs 3.11, 3.12 or 3.13: name one, "
            "for example `make up PYTHON=python3.12`."
        )


class NoVenvModule(Trouble):
    """Debian parts it from Python."""

    def __init__(self) -> None:
        super().__init__(
            "this Python lacks its venv module: install it (on Debian and Ubuntu: "
            "`apt install python3-venv`) or install uv, then try again."
        )


class NotOurs(Trouble):
    """Whatever lies there, it is not for us to remove."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"{home} is no folder of Machi's: nothing was removed.")


class NotInstalled(Trouble):
    """Mostly there is no network; the last line says what it was."""

    def __init__(self, last: str) -> None:
        super().__init__(
            f"the packages could not be installed ({last.rstrip('.')}): a first run needs a "
            "network, or an index of your own in UV_DEFAULT_INDEX or PIP_INDEX_URL; "
            f"{LOG} says more."
        )


def main(arguments: list[str]) -> int:
    """Make .venv, or with `clean` remove what the local system has put on the disk."""
    try:
        refuse_other_pythons()
        if arguments == ["clean"]:
            clean()
        else:
            prepare()
    except Trouble as trouble:
        say(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def refuse_other_pythons() -> None:
    """Stop where this Python is not one of those that we are tried on."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise OtherPython


def prepare() -> None:
    """Bring .venv to what the lock says, one start at a time."""
    if is_fresh():
        return
    HOME.mkdir(exist_ok=True)
    with (HOME / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_fresh():
            LOG.write_text("")
            install(find_uv())


def is_fresh() -> bool:
    """Whether .venv was made from exactly what lies here now."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == fingerprint()


def fingerprint() -> str:
    """One number for the lock, the members, the folder and the Python that .venv depends on."""
    digest = hashlib.sha256(f"{ROOT} {NUMBER}".encode())
    for path in [LOCK] + [member / "pyproject.toml" for member in members()]:
        digest.update(b"%s %s" % (str(path).encode(), path.read_bytes()))
    return digest.hexdigest()


def members() -> list[Path]:
    """The folders of the workspace's members."""
    found = [each for kind in ("libs", "services") for each in sorted((ROOT / kind).iterdir())]
    return [
        each for each in (*found, ROOT / "deploy" / "local") if (each / "pyproject.toml").exists()
    ]


def install(uv: str) -> None:
    """Put the locked packages into .venv, then the members, which the first step removes."""
    STAMP.unlink(missing_ok=True)
    if not is_usable():
        run([uv, "venv", "--clear", "--python", sys.executable, str(VENV)])
    say("installing the packages of requirements.lock (a first run fetches about 200 MB)")
    run([uv, "pip", "sync", "--python", str(PYTHON), "--require-hashes", str(LOCK)])
    ours = [part for member in members() for part in ("-e", str(member))]
    run([uv, "pip", "install", "--python", str(PYTHON), "--offline", "--no-deps", *ours])
    STAMP.write_text(fingerprint())


def is_usable() -> bool:
    """Whether .venv is there and belongs to a Python of the same number as this one."""
    config = VENV / "pyvenv.cfg"
    if not (PYTHON.exists() and config.exists()):
        return False
    return any(
        line.startswith("version") and f" {NUMBER}." in line
        for line in config.read_text().splitlines()
    )


def find_uv() -> str:
    """The uv on the PATH where it is of the right number, or one of our own, fetched once."""
    ours = TOOLS / "bin" / "uv"
    for each in (shutil.which("uv"), str(ours)):
        if each and version_of(each).startswith(UV):
            return each
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise NoVenvModule
    say("fetching uv, the tool that installs the packages")
    shutil.rmtree(TOOLS, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(TOOLS)])
    run([str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet", "--retries", "1",
         "--only-binary", ":all:", "--require-hashes", "-r", str(Path(__file__).with_name("uv.txt"))])  # fmt: skip
    return str(ours)


def version_of(uv: str) -> str:
    """What this uv says about itself: `0.13.9`; nothing when it is not there."""
    try:
        said = subprocess.run([uv, "--version"], stdout=subprocess.PIPE, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said.split()[1]


def run(command: list[str]) -> None:
    """Run a step; show what it fetches, keep all that it says, stop when it fails."""
    process = subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=str(ROOT)
    )
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    last = ""
    with LOG.open("a") as log:
        for line in process.stdout:
            text = line.decode(errors="replace").rstrip()
            log.write(text + "\n")
            if text.strip().startswith(TOLD):
                say(text.strip())
            if not last or any(word in text.lower() for word in ("error", "failed", "caused by")):
                last = text.strip()
    if process.wait():
        raise NotInstalled(last)


def environment() -> dict[str, str]:
    """Ours, with what pip was told about mirrors in uv's words, where uv was told nothing."""
    told = dict(os.environ)
    told.pop("VIRTUAL_ENV", None)
    told.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    for name, value in pip_settings().items():
        variable = PIP_TO_UV.get(name)
        if variable and is_there(name, value):
            told.setdefault(variable, value)
    return told


def pip_settings() -> dict[str, str]:
    """Pip's settings from its files and from PIP_* variables, which win."""
    python = TOOLS / "bin" / "python"
    command = [str(python) if python.exists() else sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    settings: dict[str, str] = {}
    for line in listed.stdout.decode().splitlines():
        name, _, value = line.partition("=")
        settings[name.rpartition(".")[2]] = " ".join(str(ast.literal_eval(value)).split())
    for name in PIP_TO_UV:
        value = os.environ.get("PIP_" + name.upper().replace("-", "_"))
        if value:
            settings[name] = value
    return settings


def is_there(name: str, value: str) -> bool:
    """Pip passes over a folder of wheels that is not there, and uv stops at it."""
    return (
        name != "find-links"
        or "://" in value
        or (Path(value).is_dir() and any(Path(value).iterdir()))
    )


def clean() -> None:
    """Remove .machi, and the folder outside that it names; no folder that Machi did not make."""
    home = Path(os.environ.get("MACHI_HOME") or HOME).resolve()
    if not home.exists():
        return
    if home != HOME and not (home / "run" / "lock").exists():
        raise NotOurs(home)
    say(f"removing what Machi keeps in {home}: databases, the log of events, keys")
    outside = home / "outside"
    if outside.exists() and OUTSIDE.fullmatch(folder := outside.read_text().strip()):
        shutil.rmtree(folder, ignore_errors=True)
    for name in MADE:
        path = home / name
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    if not any(home.iterdir()):
        home.rmdir()


def say(line: str) -> None:
    """Tell a person what happens."""
    print("machi: " + line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
