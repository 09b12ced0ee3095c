"""Notify for machines."""

from fastapi import APIRouter

from patience.waiting import AWAY

router = APIRouter(prefix="/api/notify")

REFUSALS: dict[type[Exception], int] = dict.fromkeys(AWAY, 503)
