"""What can be set from outside about the HTTP doors: the sign-in, and whose pages they are."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class DoorSettings(BaseSettings):
    """The same for every service, so that they look and admit alike."""

    model_config = SettingsConfigDict(env_prefix="MACHI_", use_attribute_docstrings=True)

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
    banner: str | None = None
    """One sentence above every page, for a trial or a demonstration."""
