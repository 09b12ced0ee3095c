"""What can be set from outside roadmap."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

SHIPPED = Path(__file__).parent / "data"


class Settings(BaseSettings):
    """What can be set from outside roadmap, beside what every service has."""

    model_config = SettingsConfigDict(env_prefix="ROADMAP_", use_attribute_docstrings=True)

    data: Path = SHIPPED
    """Folder with a folder of plan files for each municipality, which `load` takes by default."""

    def files(self, municipality: str) -> list[Path]:
        """The plan files of a municipality, older revisions first by their names."""
        return sorted((self.data / municipality).glob("*.yaml"))
