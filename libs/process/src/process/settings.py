"""What can be set from outside every service, in the environment."""

import socket
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Role = Literal["http", "relay", "consume", "work"]


class NoSignIn(Exception):
    """Without a sign-in anybody could write: set MACHI_ISSUER, or MACHI_DEV=1 to try it out."""


class ServiceSettings(BaseSettings):
    """What the chassis of a service needs to know; the name comes from the service itself."""

    model_config = SettingsConfigDict(
        env_prefix="MACHI_", env_ignore_empty=True, use_attribute_docstrings=True
    )

    name: str
    """The service's name, as in its topic `machi.<name>.v1`; not set from outside."""
    database: str = Field(default="", validate_default=True, pattern=r"^postgres(ql)?://")
    """URL of the service's own database, `postgresql://role:password@host:port/database`."""
    database_owner: str = ""
    """The same with the role that owns its tables; only the one-shot job `migrate` is given it."""
    kafka: str = "127.0.0.1:9092"
    """Bootstrap servers of the Kafka cluster, parted by commas."""
    municipality: str = Field(default="042111", pattern=r"^[0-9]{6}$")
    """Code of the municipality whose plan this is: six digits, travels in every event."""
    host: str = "127.0.0.1"
    """Address on which the service listens."""
    port: int = Field(default=8080, ge=1, le=65535)
    """Port on which the service listens."""
    roles: Annotated[frozenset[Role], NoDecode] = frozenset({"http", "relay", "consume", "work"})
    """What this process does, parted by commas: http, relay, consume, work; all by default."""
    clock_shift_days: float = Field(default=0, ge=-40_000, le=40_000)
    """Days by which the clock is shifted, to try by hand what happens when time passes."""
    bad_deploy: int = Field(default=5, ge=0)
    """So many messages that fail one after the other stop the hearing; 0: never, all are parked."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least urgent log line that is written."""

    @field_validator("roles", mode="before")
    @classmethod
    def _from_text(cls, roles: object) -> object:
        return [role.strip() for role in roles.split(",")] if isinstance(roles, str) else roles

    @property
    def group(self) -> str:
        """The consumers of this service; another name loses the lag that operators watch."""
        return f"machi-{self.name}"

    @property
    def replica(self) -> str:
        """This process among its replicas, the same after a restart: so the broker need not wait."""
        return f"machi-{self.name}-{socket.gethostname()}-{self.port}"
