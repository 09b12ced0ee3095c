"""What can be set from outside opendata."""

from process.doors import SiteSettings


class Settings(SiteSettings):
    """What can be set from outside opendata's doors: nothing more than every service has."""
