from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from catalog.domain import (
    Catalogue,
    Everyday,
    Findable,
    NeighbourPage,
    ask,
    find,
    is_path,
    news_of,
    of_page,
    of_procedure,
    publish,
    read_words,
)
from catalog.domain.folding import fold, hard_words, pairs, without_okurigana
from catalog.settings import WORDS
from documents import Unreadable

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DEADLINE = NeighbourPage(
    service="roadmap",
    subject="ms-std20",
    type="machi.roadmap.milestone.rescheduled.v1",
    page="/plan/milestones/ms-std20",
    title="標準化対応期限：令和9年9月 → 令和9年12月",
    text="標準化対応期限\n国の方針に合わせるため",
    news=True,
    at=MONDAY,
)
DATASET = replace(
    DEADLINE, service="opendata", page="/data/procedures", title="手続一覧のデータ", text=""
)
NOTICE = replace(DEADLINE, service="notify", page="/notices/1", title="標準化の期限のお知らせ")


@pytest.fixture(scope="session")
def everyday() -> Everyday:
    return read_words(WORDS.read_bytes(), WORDS.name)


@pytest.fixture(scope="session")
def things(catalogue: Catalogue) -> list[Findable]:
    """The shipped procedures, and a page of each neighbour."""
    procedures = [publish(draft, after=None) for draft in catalogue.drafts]
    return [*map(of_procedure, procedures), *map(of_page, (NOTICE, DATASET, DEADLINE))]


def titles(text: str, everyday: Everyday, things: Sequence[Findable]) -> list[str]:
    return [hit.thing.title for hit in find(ask(text, everyday), things).hits]


@pytest.mark.parametrize("one", ["ジュウミンヒョウ", "じゅうみんひょう", "ｼﾞｭｳﾐﾝﾋｮｳ"])
def test_kana_of_any_script_and_width_are_the_same(one: str):
    assert fold(one) == "じゅうみんひょう"


def test_width_case_marks_and_spaces_do_not_count():
    assert fold("　ＡＥＤ・一覧（CSV）％\x00😀") == "aed一覧csv"
    assert fold("%_\\😀\x00") == ""


@pytest.mark.parametrize("one", ["引っ越し", "引越し", "引越"])
def test_okurigana_do_not_count(one: str):
    assert without_okurigana(one) == "引越"


@pytest.mark.parametrize("one", ["マイナンバーカードの申請", "子ども", "ひっこし"])
def test_kana_that_carry_meaning_count(one: str):
    assert without_okurigana(one) == ""


def test_a_sentence_is_about_its_hard_words():
    assert hard_words("住民票の写しがほしい") == ["住民票"]
    assert hard_words("マイナンバーカードをなくした") == ["まいなんばーかーど"]
    assert pairs("住民票") == {"住民", "民票"}


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("転出届", "転出届"),
        ("引っ越し", "転出届"),
        ("引越し", "転出届"),
        ("引越の手続き", "転出届"),
        ("ひっこし", "転出届"),
        ("住民票", "住民票の写し"),
        ("ジュウミンヒョウ", "住民票の写し"),
        ("住民票がほしい", "住民票の写し"),
        ("住民票　写し", "住民票の写し"),
        ("はんこ", "印鑑登録証明書"),
        ("印鑑証明", "印鑑登録証明書"),
        ("戸籍謄本", "戸籍全部（個人）事項証明書"),
        ("子ども手当", "児童手当の認定請求"),
        ("保育園に入りたい", "保育施設等の利用申込"),
        ("母子手帳", "妊娠の届出"),
        ("り災証明", "罹災証明書の発行申請"),
        ("りさいしょうめい", "罹災証明書の発行申請"),
        ("台風", "罹災証明書の発行申請"),
        ("居住(介護予防)サービス計画", "居宅（介護予防）サービス計画作成（変更）依頼の届出"),
        ("選挙の投票", "不在者投票用紙等の請求"),
        ("標準化対応期限", "標準化対応期限：令和9年9月 → 令和9年12月"),
        ("データ", "手続一覧のデータ"),
    ],
)
def test_everyday_words_find_the_thing(
    asked: str, first: str, everyday: Everyday, things: Sequence[Findable]
):
    assert titles(asked, everyday, things)[:1] == [first]


def test_who_says_moving_finds_both_ways_of_moving_and_is_told_why(
    everyday: Everyday, things: Sequence[Findable]
):
    hits = find(ask("引っ越し", everyday), things).hits

    why = {hit.thing.title: hit.lead.find for hit in hits if hit.lead}
    assert why["転出届"] == "転出"
    assert why["転入予定連絡"] == "転入"


def test_who_says_moving_out_means_just_that(everyday: Everyday, things: Sequence[Findable]):
    assert titles("転出", everyday, things) == ["転出届"]


def test_the_name_itself_comes_before_what_only_holds_it(
    everyday: Everyday, things: Sequence[Findable]
):
    claim = "児童手当の認定請求"

    assert titles(claim, everyday, things)[0] == claim


def test_every_word_of_a_question_must_fit(everyday: Everyday, things: Sequence[Findable]):
    both = titles("児童手当 現況届", everyday, things)

    assert both == ["児童手当の現況届"]


def test_equals_come_by_kind_and_the_newest_first(everyday: Everyday):
    older = replace(NOTICE, page="/notices/0", at=MONDAY - timedelta(days=1))
    pages = [of_page(page) for page in (older, NOTICE, DATASET, DEADLINE)]

    found = find(ask("期限", everyday), pages).hits

    assert [hit.thing.page for hit in found] == [DEADLINE.page, NOTICE.page, "/notices/0"]


def test_a_page_is_found_by_what_its_event_tells_beside_the_title(
    everyday: Everyday, things: Sequence[Findable]
):
    assert DEADLINE.title in titles("国の方針", everyday, things)


def test_without_a_hit_the_nearest_are_shown(everyday: Everyday, things: Sequence[Findable]):
    found = find(ask("じゅみんひょう", everyday), things)

    assert found.hits == []
    assert found.nearest[0].title == "住民票の写し"
    assert len(found.nearest) <= 3


def test_what_is_often_meant_along_is_near_and_no_more(
    everyday: Everyday, things: Sequence[Findable]
):
    found = find(ask("転居届", everyday), things)

    assert found.hits == []
    assert {"転出届", "転入予定連絡"} <= {thing.title for thing in found.nearest}


@pytest.mark.parametrize("text", ["火星", "xyzzy", "ぬ"])
def test_what_is_far_from_everything_has_no_nearest(
    text: str, everyday: Everyday, things: Sequence[Findable]
):
    found = find(ask(text, everyday), things)

    assert (found.hits, found.nearest) == ([], [])


@pytest.mark.parametrize("text", ["", "   ", "　", "%", "_", "%_\\'\"", "😀", "\x00", "\n\t"])
def test_without_a_letter_nothing_is_asked(
    text: str, everyday: Everyday, things: Sequence[Findable]
):
    question = ask(text, everyday)

    assert question.words == ()
    assert find(question, things).hits == []


def test_a_long_question_is_cut(everyday: Everyday):
    question = ask("住民票" * 5_000, everyday)

    assert (len(question.text), question.cut) == (100, True)
    assert not ask("あ" * 100, everyday).cut


def test_what_cannot_be_printed_is_left_out(everyday: Everyday):
    assert ask("住民票\x00\u202e\ud800 写し\n", everyday).text == "住民票 写し"


@given(st.text(max_size=300))
def test_any_question_has_an_answer(text: str):
    everyday = read_words(WORDS.read_bytes(), WORDS.name)
    things = [of_page(DEADLINE), of_page(DATASET)]

    found = find(ask(text, everyday), things)

    assert not (found.hits and found.nearest)


@pytest.mark.parametrize("thing", [DEADLINE, DATASET, NOTICE], ids=lambda page: page.service)
def test_a_thing_is_found_by_its_own_title(thing: NeighbourPage, everyday: Everyday):
    assert titles(thing.title, everyday, [of_page(thing)]) == [thing.title]


def test_every_procedure_is_found_by_its_name_and_by_its_reading(
    catalogue: Catalogue, everyday: Everyday, things: Sequence[Findable]
):
    for draft in catalogue.drafts:
        assert titles(draft.name, everyday, things)[0] == draft.name
        assert draft.name in titles(draft.reading, everyday, things)


def test_every_everyday_word_leads_somewhere(everyday: Everyday, things: Sequence[Findable]):
    lost = {lead.say for lead in everyday.leads if not titles(lead.say, everyday, things)}

    assert lost == set()


def test_a_file_of_words_with_errors_is_refused_with_their_lines():
    with pytest.raises(Unreadable, match=r"words\.yaml:3"):
        read_words("machi_words: 1\nwords:\n  - {say: [], find: [転出]}\n", Path("words.yaml").name)


def test_only_news_are_new_and_the_last_stands_first():
    history = replace(DEADLINE, page="/plan/milestones/old", news=False)
    later = replace(DEADLINE, page="/plan/milestones/later", at=MONDAY + timedelta(days=1))

    found = news_of("roadmap", [history, DEADLINE, NOTICE, later], MONDAY)

    assert found == [later, DEADLINE]


def test_news_end_when_they_say_so():
    ending = replace(NOTICE, until=MONDAY + timedelta(hours=1))

    assert news_of("notify", [ending], MONDAY) == [ending]
    assert news_of("notify", [ending], MONDAY + timedelta(hours=1)) == []


@pytest.mark.parametrize("page", ["", "https://example.com/", "//example.com", "/\\example.com"])
def test_a_link_that_leaves_the_site_is_no_page(page: str):
    assert not is_path(page)
    assert is_path("/plan")


def test_a_procedure_is_found_by_what_one_needs_for_it(
    everyday: Everyday, things: Sequence[Findable]
):
    found = titles("マイナンバーカード", everyday, things)

    assert found
    assert len(found) < len(things)
