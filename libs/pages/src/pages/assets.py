"""The files that a page loads, served below each service's own path."""

from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Final, TypeAlias

Receive: TypeAlias = Callable[[], Awaitable[Mapping[str, object]]]
Send: TypeAlias = Callable[[dict[str, object]], Awaitable[None]]

FOLDER: Final = "_pages"
KINDS: Final = {
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}


def _fingerprint(contents: Mapping[str, bytes]) -> str:
    """A name for this very set of files: it changes when any of them does."""
    digest = sha256()
    for name, content in sorted(contents.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


# Read once: what is asked for is looked up by its whole name, so no path can lead elsewhere.
FILES: Final[Mapping[str, bytes]] = {
    file.name: file.read_bytes() for file in files("pages").joinpath("static").iterdir()
}
HASH: Final = _fingerprint(FILES)


def address(path: str) -> str:
    """Where the files of a service lie that shows its pages at `path`."""
    return f"{path.rstrip('/')}/{FOLDER}/{HASH}"


def _found(path: str) -> str | None:
    """The name of the file that lies at `path`, below whatever mount point."""
    fingerprint, _, name = path.rpartition(f"/{FOLDER}/")[2].lstrip("/").partition("/")
    return name if fingerprint == HASH and name in FILES else None


async def _answer(
    send: Send, status: int, headers: Mapping[str, str], *, body: bytes = b""
) -> None:
    """Say one whole response."""
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


async def assets(scope: Mapping[str, object], _receive: Receive, send: Send) -> None:
    """Serve `<mount point>/<hash>/<file>` to GET and HEAD; mount it at `<service path>/_pages`."""
    if scope["type"] != "http":
        await send({"type": "websocket.close"})
        return
    name = _found(str(scope["path"]))
    if scope["method"] not in ("GET", "HEAD"):
        await _answer(send, 405, {"allow": "GET, HEAD", "content-length": "0"})
    elif name is None:
        await _answer(send, 404, {"cache-control": "no-cache", "content-length": "0"})
    else:
        body = b"" if scope["method"] == "HEAD" else FILES[name]
        await _answer(send, 200, _describe(name), body=body)


def _describe(name: str) -> dict[str, str]:
    """The headers of a file that never changes under its address."""
    return {
        "content-type": KINDS[name.rpartition(".")[2]],
        "content-length": str(len(FILES[name])),
        "cache-control": "public, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
    }
