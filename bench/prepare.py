"""Makes `.machi/bench-venv`: what the city needs and, beside it, its peers. `make up` never does."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".machi" / "bench-venv"
LOCKS = (ROOT / "requirements.lock", ROOT / "bench" / "requirements.lock")


def main() -> None:
    """Install both locks by hash, then the members; a second time it takes a second."""
    bootstrap = _bootstrap()
    uv, python = bootstrap.find_uv(), VENV / "bin" / "python"
    if not python.exists():
        bootstrap.run([uv, "venv", "--python", sys.executable, str(VENV)])
    bootstrap.run(
        [uv, "pip", "sync", "--python", str(python), "--require-hashes", *map(str, LOCKS)]
    )
    ours = [part for member in bootstrap.members() for part in ("-e", str(member))]
    bootstrap.run([uv, "pip", "install", "--python", str(python), "--offline", "--no-deps", *ours])


def _bootstrap() -> ModuleType:
    """What makes .venv knows how to find uv and the members."""
    path = ROOT / "deploy" / "local" / "bootstrap.py"
    spec = importlib.util.spec_from_file_location("bootstrap", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
