"""What a person reads and hears on a page, whoever serves it."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from jinja2 import Environment, UndefinedError

from pages.assets import address

SAMPLE = (Path(__file__).parent / "sample.html").read_text()
VOID = {"meta", "link", "input", "br", "path", "circle", "rect"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a date: anything of this shape can be shown."""

    edtf: str
    precision: str
    qualifier: str | None = None
    lo: date | None = None
    hi: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePage:
    """What the sample page shows."""

    first: Known
    due: Known
    step: Known
    year: Known
    adopted: date
    moment: datetime
    problems: tuple[tuple[str, str], ...] = ()


MILESTONE = SamplePage(
    first=Known(edtf="2027-09", precision="month"),
    due=Known(edtf="2027-12", precision="month"),
    step=Known(edtf="2023-04/2028-03", precision="interval"),
    year=Known(edtf="2028-04/2029-03", precision="fiscal_year"),
    adopted=date(2026, 3, 27),
    moment=datetime(2026, 11, 24, 5, 30, tzinfo=UTC),
)


@pytest.fixture(scope="session")
def sample(templates: Environment) -> str:
    """The sample page, rendered."""
    return templates.from_string(SAMPLE).render(page=MILESTONE)


class Page(HTMLParser):
    """A page taken apart: its tags, the text in them, and what was not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, str] = {}
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.open += [] if tag in VOID else [tag]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        for tag in self.open[-1:]:
            self.texts[tag] = self.texts.get(tag, "") + data.strip()

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


@pytest.fixture(scope="session")
def page(sample: str) -> Page:
    return Page(sample)


def test_a_page_says_its_language_its_title_and_whose_it_is(page: Page):
    assert page.all("html") == [{"lang": "ja"}]
    assert page.texts["title"] == "標準化対応期限 | デジタル計画のやくそく（岩沼市）"


def test_a_page_has_one_of_each_landmark_and_one_h1(page: Page):
    counted = Counter(tag for tag, _ in page.tags)

    assert {tag: counted[tag] for tag in ("h1", "main", "header", "footer", "title")} == {
        "h1": 1,
        "main": 1,
        "header": 1,
        "footer": 1,
        "title": 1,
    }
    assert page.texts["h1"] == "標準化対応期限"


def test_the_first_stop_of_the_keyboard_leads_to_the_main_content(page: Page):
    assert page.all("a")[0] == {"class": "m-skip", "href": "#main"}
    assert {"id": "main", "tabindex": "-1"} in page.all("main")


def test_headings_leave_out_no_level(page: Page):
    levels = [int(tag[1]) for tag, _ in page.tags if tag in {"h1", "h2", "h3", "h4"}]

    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_id_is_there_once_and_every_reference_finds_one(page: Page):
    ids = page.ids()
    names = ("aria-labelledby", "aria-describedby", "for")
    wanted = {i for _, attrs in page.tags for name in names for i in attrs.get(name, "").split()}
    wanted |= {a["href"][1:] for a in page.all("a") if a["href"].startswith("#")}

    assert [name for name, times in Counter(ids).items() if times > 1] == []
    assert wanted - set(ids) == set()


def test_everything_that_was_opened_is_closed(page: Page):
    assert page.open == []


def test_navigation_and_regions_are_named_by_words_on_the_page(page: Page):
    regions = [attrs for _, attrs in page.tags if attrs.get("role") in {"region", "search"}]

    assert all("aria-labelledby" in attrs for attrs in page.all("nav") + regions)
    assert not [attrs for _, attrs in page.tags if "aria-label" in attrs]


def test_the_breadcrumb_ends_where_one_is(page: Page):
    assert [attrs for attrs in page.all("span") if attrs.get("aria-current") == "page"]


def test_the_section_of_the_service_is_marked_in_the_navigation(page: Page):
    marked = [attrs["href"] for attrs in page.all("a") if attrs.get("aria-current") == "true"]

    assert marked == ["/plan"]


def test_a_page_of_another_section_says_so(templates: Environment):
    html = templates.from_string(
        '{% extends "pages/base.html" %}{% set section = "/procedures" %}{% block title %}手続{% endblock %}'
    ).render()

    assert 'href="/procedures" aria-current="true"' in html
    assert 'href="/plan" aria-current' not in html


def test_a_page_without_an_intro_of_its_own_is_headed_by_its_title(templates: Environment):
    html = templates.from_string(
        '{% extends "pages/base.html" %}{% block title %}手続{% endblock %}'
    ).render()

    assert '<h1 class="m-heading__title">手続</h1>' in html


def test_files_are_loaded_from_the_path_of_the_service_alone(page: Page):
    loaded = [attrs["href"] for attrs in page.all("link")]

    assert loaded == [
        f"{address('/plan')}/{name}" for name in ("icon.svg", "tokens.css", "machi.css")
    ]


def test_nothing_in_a_page_is_inline_or_runs(page: Page):
    assert page.all("script", "style", "img", "iframe") == []
    assert not [a for _, attrs in page.tags for a in attrs if a == "style" or a.startswith("on")]


def test_a_first_view_without_its_files_weighs_little(sample: str):
    assert len(sample.encode()) < 40_000


def test_every_table_has_a_caption_and_scoped_headers(page: Page):
    assert len(page.all("table")) == len(page.all("caption"))
    assert all("scope" in attrs for attrs in page.all("th"))


def test_every_input_has_a_label_and_an_error_is_tied_to_its_field(page: Page):
    controls = page.all("input", "select", "textarea")
    due = next(attrs for attrs in controls if attrs["id"] == "due")

    assert {attrs["id"] for attrs in controls} <= {attrs["for"] for attrs in page.all("label")}
    assert (due["aria-describedby"], due["aria-invalid"]) == ("due-error due-hint", "true")


def test_a_form_that_comes_back_says_so_first(templates: Environment):
    returned = replace(MILESTONE, problems=(("due", "月は1から12までで入力してください"),))

    html = templates.from_string(SAMPLE).render(page=returned)

    assert "<title>エラー：標準化対応期限" in html
    assert html.index("入力に問題があります") < html.index("<h1")
    assert '<a href="#due">月は1から12までで入力してください</a>' in html


def test_what_a_clerk_typed_cannot_become_markup(templates: Environment):
    html = templates.from_string(
        '{% import "pages/form.html" as forms %}{{ forms.text("due", "期日", value) }}'
        '{% import "pages/parts.html" as parts %}{{ parts.badge(value) }}'
    ).render(value='"><script>')

    assert "<script" not in html


def test_a_missing_value_is_an_error_and_no_blank(templates: Environment):
    with pytest.raises(UndefinedError):
        templates.from_string("{{ page.due }}").render()
