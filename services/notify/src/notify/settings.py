"""What can be set from outside notify."""

from process.doors import SiteSettings


class Settings(SiteSettings):
    """What can be set from outside notify's doors: nothing more than every service has."""
