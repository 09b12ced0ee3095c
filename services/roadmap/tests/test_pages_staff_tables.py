"""The staff's page that takes a table over which was given out and comes back."""

import re
from html import unescape

import pytest
from httpx2 import AsyncClient, Response
from tokens import Issuer

from roadmap.exports.tables import COLUMNS, write

pytestmark = pytest.mark.real

IMPORT = "/plan/staff/import"
NEW = dict.fromkeys(COLUMNS["assertions"], "")
MOVED = {**NEW, "subject_id": "ms-std20", "attr": "due", "edtf": "令和9年12月"}
REPORTED = {
    **NEW,
    "subject_id": "ms-std20",
    "attr": "reported",
    "asserter": "mic",
    "edtf": "2028-03",
    "evidence": "総務省の調査",
}
DECIDED = {
    "body": "岩沼市デジタル化推進本部",
    "taken_on": "令和8年11月20日",
    "chosen": "期限を改める",
    "reason": "移行の確認のため",
}


@pytest.fixture
def clerk(client: AsyncClient, issuer: Issuer) -> AsyncClient:
    """The browser of somebody who may send and confirm."""
    client.headers["Cookie"] = f"machi_staff={issuer.token('editor', 'approver')}"
    client.headers["Origin"] = "http://roadmap"
    return client


async def send(clerk: AsyncClient, *rows: dict[str, str]) -> Response:
    body = write(COLUMNS["assertions"], [tuple(row.values()) for row in rows])
    return await clerk.post(IMPORT, files={"file": ("記載.csv", body, "text/csv")})


async def confirm(clerk: AsyncClient, path: str, step: str, **typed: str) -> Response:
    (version,) = re.findall('name="version" value="([0-9a-f]+)"', (await clerk.get(path)).text)
    return await clerk.post(path, data={"version": version, "step": step, **typed})


def text(answer: Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def test_a_move_in_a_table_is_looked_at_decided_shown_and_published(clerk: AsyncClient):
    path = (await send(clerk, MOVED, REPORTED)).headers["Location"]

    page = text(await clerk.get(path))
    undecided = await confirm(clerk, path, "preview")
    shown = text(await confirm(clerk, path, "preview", **DECIDED))
    answer = await confirm(clerk, path, "publish", **DECIDED)

    now = (await clerk.get("/api/roadmap/milestones/ms-std20")).json()
    assert "2 ms-std20 期日を改める（改訂） 2027-09" in page
    assert "令和9年12月" in page
    assert "UTF-8 with BOM" in page
    assert (undecided.status_code, "決めたところを入力してください" in undecided.text) == (
        422,
        True,
    )
    assert "標準化対応期限：令和9年9月 → 令和9年12月" in shown
    assert answer.headers["Location"] == "/plan/changes"
    assert (now["due"]["value"]["edtf"], now["status"]) == ("2027-12", "late_reported")
    assert "この表は、読み込まれています" in text(await clerk.get(path))


async def test_a_decision_that_is_older_than_what_it_moves_is_told_at_its_day_and_nothing_typed_is_lost(
    clerk: AsyncClient,
):
    path = (await send(clerk, MOVED)).headers["Location"]

    answer = await confirm(clerk, path, "publish", **{**DECIDED, "taken_on": "2026-02-01"})

    assert answer.status_code == 422
    assert "いまの期日が決まる前の日です" in answer.text
    assert 'href="#taken_on"' in answer.text
    assert DECIDED["reason"] in answer.text


async def test_reports_need_no_decision_and_a_look_that_was_overtaken_is_shown_again(
    clerk: AsyncClient,
):
    path = (await send(clerk, REPORTED)).headers["Location"]

    stale = await clerk.post(path, data={"version": "0" * 64, "step": "publish"})
    shown = text(await confirm(clerk, path, "preview"))
    answer = await confirm(clerk, path, "publish")

    assert (stale.status_code, "計画か答えが変わりました" in stale.text) == (422, True)
    assert "知らせは送りません" in shown
    assert answer.status_code == 303


async def test_an_unchanged_table_says_so_and_a_wrong_one_where_it_is_wrong(clerk: AsyncClient):
    export = (await clerk.get("/api/roadmap/export/nodes.csv")).content
    same = await clerk.post(IMPORT, files={"file": ("nodes.csv", export, "text/csv")})
    wrong = await send(clerk, {**REPORTED, "edtf": "9月"})
    other = await clerk.post(IMPORT, files={"file": ("x.csv", b"a,b\r\n", "text/csv")})

    assert "すべて記録と同じです" in same.text
    assert (wrong.status_code, "年が書かれていません" in wrong.text) == (422, True)
    assert (other.status_code, "列の名前が、書き出した表と違います" in other.text) == (422, True)
