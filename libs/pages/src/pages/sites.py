"""Whose pages these are: all that the look must know about a city, given from outside."""

from dataclasses import dataclass
from typing import NamedTuple


class Link(NamedTuple):
    """A place to go: what it is called, and its path or address."""

    label: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How a resident reaches whoever answers for the pages; what is unknown stays None."""

    department: str | None = None
    phone: str | None = None
    fax: str | None = None
    email: str | None = None
    form: str | None = None
    """Path or address of a form for questions."""
    hours: str | None = None

    @property
    def reachable(self) -> bool:
        """Whether any way of asking is known."""
        return bool(self.phone or self.written)

    @property
    def written(self) -> bool:
        """Whether there is a way to ask for those who cannot use a telephone."""
        return bool(self.fax or self.email or self.form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One city's site, as every page's header and footer show it."""

    title: str
    city: str
    municipality: str
    """Code of the local government, six digits."""
    contact: Contact | None = None
    """None: the footer says that no contact is registered."""
    navigation: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    search_path: str | None = None
    """None: there is no search, and no form is shown."""
    banner: str | None = None
    """One sentence above every page, for a demonstration or a trial."""
