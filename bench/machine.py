"""The machine on which a run was made: without it a number cannot be compared."""

import os
import platform
import re
from pathlib import Path


def size() -> str:
    """Cores, memory, processor, system, Python, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {_processor()}, "
        f"{platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}"
    )


def load() -> float:
    """How many processes wanted to run in the last minute; more than ours spoils a run."""
    return os.getloadavg()[0]


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()
