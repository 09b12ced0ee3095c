"""What a person reads when an address asks for what there is not, or for what cannot be: why, and an example."""

from collections.abc import Callable

from jinja2 import Environment

from contracts.values import Refusal
from pages import ErrorPage
from roadmap.exports.labels import WHY
from roadmap.pages.looking import PLAN
from web.problems import Refused

EXAMPLES = {
    "valid": "いつ有効だった内容か（valid）は、日・月・年で指定します。例：valid=2026-06-01、valid=2026-06、valid=2026",
    "known": "いつまでに分かっていたことで見るか（known）は、今日までの日か時刻で指定します。例：known=2026-06-01、known=2026-06-01T09:00:00+09:00",
    "from": "比べるもとの時点（from）は、日・月・年、時刻、または版の名前で指定します。例：from=2026-06-01",
    "to": "比べる時点（to）は、日・月・年、時刻、または版の名前で指定します。例：to=2026-06-01",
    "perspective": "視点（perspective）は、計画にある番号で指定します。例：perspective=2",
    "initiative": "施策（initiative）は、計画にある番号で指定します。例：initiative=2-1",
    "milestone": "節目（milestone）は、節目のページのアドレスの終わりにある名前で指定します。例：milestone=ms-std20",
    "page": "ページの番号（page）は、1 から始まる数で指定します。例：page=2",
}
"""How each part of an address is written."""
REFUSED = "いまの状態では、この内容は記録できません。内容を確かめてください"


def error_page(look: Environment) -> Callable[[Refused, str], str]:
    """How a refusal is shown to a person."""
    template = look.get_template("pages/error.html")

    def shown(refused: Refused, _path: str) -> str:
        page = ErrorPage(status=refused.status_code, parent=PLAN, details=tuple(_details(refused)))
        return template.render(page=page)

    return shown


def why(refused: Exception) -> str:
    """Why it cannot be, in words for the staff."""
    return WHY.get(type(refused), REFUSED)


def _details(refused: Refused) -> list[str]:
    """Why it cannot be, or what was wrong with the address and how that is written; nothing of anything else."""
    cause = refused.__cause__
    if isinstance(cause, Exception) and type(cause) in WHY:
        return [why(cause)]
    wrong = _wrong(refused)
    told = [f"読み取れない指定：{name}{given}" for name, given in wrong]
    return [*told, *(EXAMPLES[name] for name, _ in wrong), *_versions(refused)]


def _versions(refused: Refused) -> list[str]:
    """The versions of the plan there are, where one could have been named."""
    detail = refused.__cause__.detail if isinstance(refused.__cause__, Refusal) else ""
    names = detail.partition("; revisions: ")[2]
    return [f"いまある版の名前：{names.replace(', ', '、')}"] if names else []


def _wrong(refused: Refused) -> list[tuple[str, str]]:
    """The parts of the address that were refused, each with what was given, as far as that is known."""
    named = [(each["field"], "") for each in refused.errors if each["where"] == "query"]
    if isinstance(refused.__cause__, Refusal):
        name, sign, value = refused.__cause__.detail.partition(";")[0].partition("=")
        named = [(name, sign + value)]
    return [(name, given) for name, given in named if name in EXAMPLES]
