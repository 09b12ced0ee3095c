"""What can be set from outside roadmap."""

from pathlib import Path

from process.doors import SiteSettings

SHIPPED = Path(__file__).parent / "data"


class Settings(SiteSettings):
    """What can be set from outside roadmap's doors and its files."""

    data: Path = SHIPPED
    """Folder with a folder of plan files for each municipality, which `load` takes by default."""

    def files(self, municipality: str) -> list[Path]:
        """The plans of a municipality that are loaded when none is named, in order."""
        return sorted((self.data / municipality).glob("plan_*.yaml"))
