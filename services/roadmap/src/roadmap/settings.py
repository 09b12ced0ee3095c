"""What can be set from outside roadmap."""

from pathlib import Path

from pydantic import Field

from process.doors import SiteSettings
from roadmap.exports.publishing import Publisher

SHIPPED = Path(__file__).parent / "data"


class Settings(SiteSettings):
    """What can be set from outside roadmap's doors and its files."""

    data: Path = SHIPPED
    """Folder with a folder of plan files for each municipality, which `load` takes by default."""
    roadmap_streams: int = Field(default=1_000, ge=0)
    """So many event streams one process keeps open at one time; each is an open file."""
    roadmap_streams_each: int = Field(default=100, ge=0)
    """So many of them for one address, behind which may be a whole school."""

    public_url: str = Field(default="http://127.0.0.1:8080", pattern=r"^https?://[^/?#\s]+$")
    """The address of the site as people reach it, without a path: calendars and feeds lead there."""

    def publisher(self, municipality: str) -> Publisher:
        """Who publishes calendars and feeds, and where."""
        return Publisher(city=self.city, municipality=municipality, base=self.public_url)

    def files(self, municipality: str) -> list[Path]:
        """The plans of a municipality that are loaded when none is named, in order."""
        return sorted((self.data / municipality).glob("plan_*.yaml"))

    def observations(self, municipality: str) -> list[Path]:
        """What outside sources report of a municipality's lists, which is loaded with its plans."""
        return sorted((self.data / municipality).glob("observations*.yaml"))
