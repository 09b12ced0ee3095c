"""What can be set from outside catalog."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

SHIPPED = Path(__file__).parent / "data"


class Settings(BaseSettings):
    """What can be set from outside catalog, beside what every service has for its chassis."""

    model_config = SettingsConfigDict(
        env_prefix="MACHI_", env_ignore_empty=True, use_attribute_docstrings=True
    )

    issuer: str | None = None
    """The city's sign-in (OpenID Connect issuer) whose tokens may write; needed but in development."""
    audience: str = "machi"
    """For whom a token must be made out."""
    keys: str | None = None
    """Path or address of the issuer's public keys (JWKS); by default where the issuer says they are."""
    dev: bool = False
    """1 in development only: a service then starts without a sign-in, and nobody can write."""
    city: str = "岩沼市"
    """The city's name, as pages show it."""
    title: str = "デジタル計画のいま"
    """The name of the site, as pages show it."""
    data: Path = SHIPPED
    """Folder with a folder of procedure files for each municipality, which `load` takes by default."""

    def files(self, municipality: str) -> list[Path]:
        """The files of a municipality that are loaded when none is named, in order."""
        return sorted((self.data / municipality).glob("*.yaml"))
