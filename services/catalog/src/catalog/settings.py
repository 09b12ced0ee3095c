"""What can be set from outside catalog."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

SHIPPED = Path(__file__).parent / "data"


class Settings(BaseSettings):
    """What can be set from outside catalog, beside what every service has."""

    model_config = SettingsConfigDict(env_prefix="CATALOG_", use_attribute_docstrings=True)

    data: Path = SHIPPED
    """Folder with a `procedures.yaml` for each municipality, which `load` takes by default."""

    def files(self, municipality: str) -> list[Path]:
        """The file of a municipality's procedures; none when it has none."""
        return sorted((self.data / municipality).glob("procedures.yaml"))
