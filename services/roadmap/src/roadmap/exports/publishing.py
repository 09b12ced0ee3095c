"""Who publishes, and where: what every calendar and feed says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Whose plan it is."""

    city: str
    municipality: str
    """Code of the local government, six digits."""
    base: str
    """The address of the site, without a slash at its end."""

    @property
    def host(self) -> str:
        """The name in whose right ids are given (RFC 4151): they stay when a path moves."""
        return urlsplit(self.base).hostname or "localhost"

    def address(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """The whole address of a path of the site."""
        asked = urlencode(query or {}, safe=",")
        return f"{self.base}{path}{'?' if asked else ''}{asked}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One calendar or feed: its name, and where it and what it is about lie."""

    publisher: Publisher
    name: str
    topic: str
    """What was chosen, as in its address; empty: the whole plan."""
    address: str
    """Its own address, whole."""
    about: str
    """The address of the page for people, whole."""
