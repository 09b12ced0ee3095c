"""What a person reads when a page cannot be shown; the words stand in error.html."""

from dataclasses import dataclass

from pages.sites import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """A refusal or a failure, told to a person: `pages/error.html` takes it as `page`."""

    status: int
    parent: Link | None = None
    """Where the reader may go on: the list that the missing page belonged to."""
    details: tuple[str, ...] = ()
    """What exactly was wrong, in Japanese sentences; never the text of an exception."""
    reference: str | None = None
    """What a caller may read to the staff so that they find it in the log."""
