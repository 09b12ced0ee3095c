"""What can be set from outside catalog."""

from pathlib import Path

from process.doors import SiteSettings

SHIPPED = Path(__file__).parent / "data"
WORDS = SHIPPED / "words.yaml"
"""Everyday words of the language, the same for every city."""


class Settings(SiteSettings):
    """What can be set from outside catalog's doors and its files."""

    data: Path = SHIPPED
    """Folder with a folder of procedure files for each municipality, which `load` takes by default."""

    def files(self, municipality: str) -> list[Path]:
        """The files of a municipality that are loaded when none is named, in order."""
        return sorted((self.data / municipality).glob("procedures*.yaml"))
