"""Roadmap for people: the plan, its timetable, each of its parts, and what changed."""

from collections.abc import Callable

from fastapi import APIRouter
from jinja2 import Environment

from pages import ErrorPage
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
from roadmap.pages.looking import PLAN, TOKYO, AtDesk, Look

__all__ = ["PLAN", "TOKYO", "AtDesk", "Look", "error_page", "router"]

router = APIRouter(include_in_schema=False)
for each in (plan, timetable, initiative, milestone, changes, diff, subscribe, embed):
    router.include_router(each.router)

NO_MOMENT = 400
EXAMPLES = (
    "いつ有効だった内容か（valid）は、日・月・年で指定します。例：2026-06-01、2026-06、2026",
    "いつまでに分かっていたことで見るか（known）は、今日までの日か時刻で指定します。例：2026-06-01、2026-06-01T09:00:00+09:00",
    "比べる時点（from、to）は、日・月・年、時刻、または版の名前で指定します。例：2026-06-01、R8",
)


def error_page(look: Environment) -> Callable[[int, str], str]:
    """How a refusal is shown to a person."""
    template = look.get_template("pages/error.html")

    def shown(status: int, _path: str) -> str:
        details = EXAMPLES if status == NO_MOMENT else ()
        return template.render(page=ErrorPage(status=status, parent=PLAN, details=details))

    return shown
