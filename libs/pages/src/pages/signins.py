"""What the staff see at the door; the words stand in sign_in.html."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """The page with one button: `pages/sign_in.html` takes it as `page`."""

    ticket: str
    to: str
    """The path to which one is led afterwards."""
