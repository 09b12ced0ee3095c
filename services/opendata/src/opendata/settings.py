"""What can be set from outside opendata."""

from typing import Literal

from opendata.domain import LICENCES, Imprint, Publisher
from process.doors import SiteSettings


class Settings(SiteSettings):
    """What can be set from outside opendata's doors."""

    licence: Literal["CC-BY-4.0", "CC0-1.0"] = "CC-BY-4.0"
    """The licence of the data that are published; another one makes new versions of all of them."""

    def imprint(self, municipality: str) -> Imprint:
        """Who publishes, and under which licence."""
        publisher = Publisher(code=municipality, name=self.city)
        return Imprint(publisher=publisher, licence=LICENCES[self.licence])
