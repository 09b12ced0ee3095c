"""Whose page it is, how to ask, and what an error says."""

from dataclasses import replace

import pytest

from pages import Contact, ErrorPage, Link, Site, environment


def error(site: Site, page: ErrorPage) -> str:
    return environment("pages", site, "/plan").get_template("pages/error.html").render(page=page)


def test_an_unknown_contact_is_not_invented():
    html = error(Site(title="計画", city="岩沼市", municipality="042111"), ErrorPage(status=404))

    assert "連絡先は登録されていません" in html
    assert "tel:" not in html


def test_a_telephone_never_stands_alone_in_silence(iwanuma: Site):
    site = replace(iwanuma, contact=Contact(phone="0223-00-0000"))

    assert "FAX・メール・フォームの連絡先は登録されていません" in error(site, ErrorPage(status=404))


def test_a_demonstration_says_so_above_everything(iwanuma: Site):
    html = error(replace(iwanuma, banner="デモ：実際の計画ではありません"), ErrorPage(status=404))

    assert html.index("デモ：実際の計画ではありません") < html.index("<header")


def test_without_a_search_there_is_no_form(iwanuma: Site):
    html = error(replace(iwanuma, search_path=None), ErrorPage(status=404))

    assert "<form" not in html


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "このページを開く権限がありません"),
        (404, "ページが見つかりません"),
        (422, "送られた内容を受け付けられませんでした"),
        (429, "短い時間に多くの操作がありました"),
        (500, "システムに問題が起きました"),
        (503, "ただいま、このページを表示できません"),
        (410, "ページが見つかりません"),
        (502, "システムに問題が起きました"),
    ],
)
def test_an_error_is_told_in_plain_words_with_a_way_on(iwanuma: Site, status: int, words: str):
    html = error(iwanuma, ErrorPage(status=status))

    assert f'<h1 class="m-heading__title">{words}</h1>' in html
    assert f"<title>{words} | " in html
    assert all(f'<a href="{path}">' in html for path in ("/", "/procedures"))


def test_an_error_names_where_to_go_on_what_was_wrong_and_its_number(iwanuma: Site):
    html = error(
        iwanuma,
        ErrorPage(
            status=422,
            parent=Link("節目の一覧", "/plan/milestones"),
            details=("期日の月は1から12までです。",),
            reference="0f3a",
        ),
    )

    assert '<a href="/plan/milestones">節目の一覧</a>' in html
    assert "期日の月は1から12までです。" in html
    assert "0f3a" in html
