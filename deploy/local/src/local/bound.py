"""Ties a child to its parent, so that a killed supervisor leaves nobody behind."""

import ctypes
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def bound(sign: signal.Signals) -> Callable[[], None]:
    """What a child does before it becomes the program: ask for a signal at its parent's death.

    Elsewhere than on Linux it does nothing; there the next start ends what was left.
    """
    if not sys.platform.startswith("linux"):
        return _nothing
    prctl = ctypes.CDLL(None).prctl

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)

    return bind


def _nothing() -> None:
    """Leave the child as it is."""
