"""What a mail address is: folded, checked, and refused when it could smuggle anything."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from contracts.values import Refusal

MOST = 254
"""So many characters has an address at most (RFC 5321 with its errata)."""


class NoAddress(Refusal):
    """This is no address to which mail could be sent."""


class TooLongAddress(NoAddress):
    """The address is longer than any mail server takes."""


class BrokenAddress(NoAddress):
    """The address holds a line break or another sign that cannot be seen."""


def folded(typed: str) -> str:
    """The address that was typed, in plain letters, its domain as the name system spells it.

    Full-width letters become plain ones, spaces around it are dropped. Nothing is asked of the
    network. NoAddress tells what is wrong.
    """
    if any(unicodedata.category(sign) == "Cc" for sign in typed):
        raise BrokenAddress
    address = unicodedata.normalize("NFKC", typed).strip()
    if len(address) > MOST:
        raise TooLongAddress
    if "=?" in address:  # an encoded word (RFC 2047): it is another address to whoever decodes it
        raise NoAddress
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise NoAddress from None
    return checked.ascii_email or address


def masked(address: str) -> str:
    """Enough for its owner to know it, and for nobody else: `h•••@example.jp`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"
