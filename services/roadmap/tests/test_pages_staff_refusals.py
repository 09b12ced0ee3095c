"""What a form of the staff cannot record is told inside the form, with everything typed kept; a page says why."""

import re
from collections.abc import Iterator

import pytest
from httpx2 import AsyncClient, Response
from tokens import Issuer

pytestmark = pytest.mark.real

STAFF = "/plan/staff"
ENDS = f"{STAFF}/milestones/ms-support-end"
FORMS = [
    f"{STAFF}/milestones/ms-std20/{form}"
    for form in ("reschedule", "stop", "reach", "report", "correct")
]
TYPED = {
    "version": "1",
    "step": "preview",
    "source": "移行の状況の調査",
    "subject": "ms-std20",
    "asserter": "mic",
    "value": "令和10年3月",
    "as_of": "令和8年10月",
    "actual": "令和8年11月",
    "due": "令和9年12月",
    "body": "デジタル化推進本部",
    "taken_on": "令和8年11月20日",
    "chosen": "期限を改める",
    "effect": "none",
    "reason": "確認に時間が要るため",
}


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """The browser of somebody who may do everything."""
    client.headers["Cookie"] = f"machi_staff={issuer.token('editor', 'approver')}"
    client.headers["Origin"] = "http://roadmap"
    return client


def choices(page: str) -> Iterator[tuple[str, str]]:
    """Each field in which one of some is chosen, with each of its codes; each box by itself."""
    yield from re.findall(r'name="([a-z_]+)" type="radio" value="([^"]+)"', page)
    yield from ((name, "yes") for name in re.findall(r'name="([^"]+)" type="checkbox"', page))
    for name, options in re.findall(
        r'<select[^>]* name="([a-z_]+)".*?>(.*?)</select>', page, re.DOTALL
    ):
        yield from ((name, code) for code in re.findall(r'<option value="([^"]+)"', options))


def is_shown_or_kept(answer: Response) -> bool:
    """Whether it can be published, or is refused in the form with what was typed."""
    kept = 'id="changes"' in answer.text and TYPED["source"] in answer.text
    shown = "これが公開されます" in answer.text
    return (answer.status_code, shown, kept) in ((200, True, False), (422, False, True))


@pytest.mark.parametrize("path", [*FORMS, f"{ENDS}/report", f"{ENDS}/correct"])
async def test_whatever_a_form_offers_can_be_published_or_is_refused_inside_the_form(
    clerk: AsyncClient, path: str
):
    page = (await clerk.get(path)).text
    (version,) = re.findall(r'name="version" value="(\d+)"', page)
    sent = {**TYPED, "version": version}

    for name, code in [("source", TYPED["source"]), *choices(page)]:
        answer = await clerk.post(path, data={**sent, name: code})
        assert is_shown_or_kept(answer), (name, code)


async def test_every_box_and_effect_of_a_decision_can_be_published(clerk: AsyncClient):
    path = f"{STAFF}/decisions"
    offered = list(choices((await clerk.get(path)).text))

    about = next(name for name, _ in offered if name.startswith("about."))
    for name, code in offered:
        answer = await clerk.post(path, data={**TYPED, "version": "", about: "yes", name: code})
        assert answer.status_code == 200, (name, code)


async def test_whoever_is_offered_may_report(clerk: AsyncClient):
    page = (await clerk.get(f"{ENDS}/report")).text
    who = [code for name, code in choices(page) if name == "asserter"]

    answers = [await clerk.post(f"{ENDS}/report", data={**TYPED, "asserter": code}) for code in who]

    assert "other-agency" in who
    assert [answer.status_code for answer in answers] == [200] * len(who)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("value", "令和90年1月", "30年より先の日付です"),
        ("as_of", "1026-11", "明治より前の日付です"),
    ],
)
async def test_a_report_of_a_year_that_cannot_be_is_told_at_its_field(
    clerk: AsyncClient, field: str, typed: str, told: str
):
    answer = await clerk.post(f"{ENDS}/report", data={**TYPED, field: typed})

    assert (answer.status_code, told in answer.text) == (422, True)
    assert f'<a href="#{field}">' in answer.text
    assert TYPED["source"] in answer.text


@pytest.mark.parametrize("form", ["stop", "reschedule"])
async def test_what_no_field_is_to_blame_for_is_told_above_the_form_with_all_that_was_typed(
    clerk: AsyncClient, form: str
):
    answer = await clerk.post(f"{ENDS}/{form}", data=TYPED)

    assert answer.status_code == 422
    assert '<a href="#changes">期日は国が決めたものです' in answer.text
    assert TYPED["reason"] in answer.text


@pytest.mark.parametrize("form", ["stop", "reschedule"])
async def test_the_page_says_why_there_is_nothing_to_ask(clerk: AsyncClient, form: str):
    answer = await clerk.get(f"{ENDS}/{form}")

    assert answer.status_code == 409
    assert "期日は国が決めたものです。市の決定では変わりません" in answer.text
