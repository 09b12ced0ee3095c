"""Answers that a caller need not fetch twice, and writes that must not cross."""

from collections.abc import Mapping
from hashlib import sha256

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from web.problems import Refused


def page(request: Request, html: str) -> Response:
    """A public page; the display cookie is one of the things it depends on."""
    return fresh(request, html.encode(), "text/html; charset=utf-8", headers={"Vary": "Cookie"})


def public(request: Request, answer: BaseModel, headers: Mapping[str, str] = {}) -> Response:
    """A public read for machines, as JSON."""
    body = answer.model_dump_json(by_alias=True).encode()
    return fresh(request, body, "application/json", headers=headers)


def fresh(
    request: Request, body: bytes, kind: str, *, headers: Mapping[str, str], etag: str | None = None
) -> Response:
    """The body with an ETag, by default over its bytes, or 304 when the caller has it already."""
    etag = etag or f'"{sha256(body).hexdigest()[:32]}"'
    kept = {"Cache-Control": "no-cache", **headers, "ETag": etag}
    if _tags(request.headers.get("If-None-Match", "")) & {etag, "*"}:
        return Response(status_code=304, headers=kept)
    return Response(body, 200, kept, kind)


def check_if_match(request: Request, version: int, *, required: bool = True) -> None:
    """Refuse a write that was made from another version than the present one."""
    named = request.headers.get("If-Match")
    if named is None and required:
        sentence = 'Say which version you change: If-Match: "<version>".'
        raise Refused(428, "version-required", sentence)
    etag = f'"{version}"'
    if named is not None and not _tags(named) & {etag, "*"}:
        sentence = f"Somebody changed this meanwhile: it is at version {version} now."
        raise Refused(412, "version-changed", sentence, headers={"ETag": etag})


def _tags(header: str) -> set[str]:
    """The entity tags of a header; a gateway that compresses makes them weak."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}
