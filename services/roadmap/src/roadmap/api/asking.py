"""What every answer for machines shares: the desk, who may ask, and how an answer is described."""

from typing import Annotated, TypeAlias, cast

from fastapi import Depends, Header, Request
from pydantic import BaseModel, ConfigDict

from chassis.saying import Desk
from roadmap.store import Store
from web.signin import Person, signed_in_as


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


async def desk(request: Request) -> Desk[Store]:
    """The desk of this service."""
    return cast("Desk[Store]", request.app.state.desk)


AtDesk: TypeAlias = Annotated[Desk[Store], Depends(desk)]
Editor: TypeAlias = Annotated[Person, Depends(signed_in_as("editor"))]
Key: TypeAlias = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
