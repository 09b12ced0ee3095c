"""What a person at the terminal sees: what happens now, and the programs' own lines."""

import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from local.settings import ROOT, SHIPPED, Settings

WELCOME = Path(__file__).with_name("welcome.txt")
FIRST_STEPS = Path(__file__).with_name("first_steps.txt")
ANOTHER_CITY = Path(__file__).with_name("another_city.txt")

COLOURS = (36, 33, 35, 32, 34, 31)
WIDTH = 9


@dataclass(slots=True)
class Terminal:
    """Prefixes each line with a name; colour only where a person looks on."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    colour: bool | None = None
    herald: TextIO | None = None
    """Where a start in the background is waited for; it hears what Machi says, not the programs."""
    _names: list[str] = field(default_factory=list[str])

    def say(self, line: str) -> None:
        """Tell what Machi does."""
        self.line("machi", line)
        if self.herald:
            print(line, file=self.herald, flush=True)

    def line(self, name: str, line: str) -> None:
        """Show a line of one of the programs."""
        with suppress(OSError):  # a full disk must not keep anything from running
            self.out.write(f"{self._prefix(name)} {line}\n")
            self.out.flush()

    def text(self, lines: Iterable[str]) -> None:
        """Show lines as they are."""
        self.out.writelines(f"{line}\n" for line in lines)
        self.out.flush()

    def dismiss_herald(self) -> None:
        """Let the one who waits for us go: all is ready."""
        if self.herald:
            self.herald.close()
            self.herald = None

    def _prefix(self, name: str) -> str:
        plain = f"{name:<{WIDTH}}|"
        coloured = self.out.isatty() if self.colour is None else self.colour
        if not coloured:
            return plain
        if name not in self._names:
            self._names.append(name)
        number = COLOURS[self._names.index(name) % len(COLOURS)]
        return f"\033[{number}m{plain}\033[0m"


def welcome(settings: Settings, stop: str) -> str:
    """What a person reads when all is ready: addresses, and a first thing to try."""
    machi = ROOT / ".venv" / "bin" / "machi"
    first = FIRST_STEPS if settings.municipality == SHIPPED else ANOTHER_CITY
    return (WELCOME.read_text() + first.read_text()).format(
        gateway=settings.gateway,
        mailbox=settings.mailbox,
        kafka=settings.kafka,
        home=settings.home,
        machi=machi,
        municipality=settings.municipality,
        stop=stop,
    )
