"""Roadmap for people: the plan, its timetable, each of its parts, and what changed."""

from fastapi import APIRouter

from roadmap.pages import (
    changes,
    diff,
    embed,
    initiative,
    milestone,
    plan,
    subscribe,
    timetable,
)
from roadmap.pages.looking import PLAN, TOKYO, AtDesk, Look, templates
from roadmap.pages.refusing import error_page

__all__ = ["PLAN", "TOKYO", "AtDesk", "Look", "error_page", "router", "templates"]

router = APIRouter(include_in_schema=False)
for each in (plan, timetable, initiative, milestone, changes, diff, subscribe, embed):
    router.include_router(each.router)
