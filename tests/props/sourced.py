"""The numbers of a page, and what says where each of them comes from."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

VOID = {"br", "input", "link", "meta", "hr", "img", "path", "circle", "rect"}
PLACES = {"p", "li", "tr", "m-facts__row", "m-values__item", "m-notice__body", "m-counts"}
"""What says something as a whole, by tag or class: a number and its source stand in one of them."""
NAMES = {"h1", "h2", "h3", "h4", "caption", "thead", "nav", "form", "svg", "m-heading"}
"""Names, controls, and counts of what stands below: a number in them states nothing."""
HEADING = re.compile(r"(視点)?\d(-\d+)* \D+")
"""The name of a part of the plan with its own number."""
NUMBER = re.compile(r"(?<![A-Z0-9])\d")
"""A letter before it makes a name of it: A3, R8."""
SOURCE = re.compile("行目|記載なし|記録なし|の決定|外部|計算|数え|に記録|出典|変更ログ")


@dataclass(slots=True)
class Element:
    """A piece of a page with all that stands in it."""

    tag: str
    attributes: dict[str, str | None]
    above: "Element | None"
    text: str = ""

    def is_one_of(self, kinds: set[str]) -> bool:
        """Whether its tag or its class is one of them."""
        return self.tag in kinds or (self.attributes.get("class") or "") in kinds


class Numbers(HTMLParser):
    """Reads the main part of a page, and keeps the numbers that nothing accounts for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._here: Element | None = None
        self._by_id: dict[str, Element] = {}
        self._found: list[tuple[str, Element]] = []
        self.feed(html.partition("<main")[2].partition(">")[2].partition("</main>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        self._here = Element(tag, dict(attrs), self._here)
        if name := self._here.attributes.get("id"):
            self._by_id[name] = self._here

    def handle_endtag(self, tag: str) -> None:
        if self._here and tag not in VOID:
            self._here = self._here.above

    def handle_data(self, data: str) -> None:
        if self._here and NUMBER.search(data) and not HEADING.fullmatch(data.strip()):
            self._found.append((data.strip(), self._here))
        for each in self._around(self._here):
            each.text += data

    @property
    def unaccounted(self) -> list[str]:
        """The words with a number that stands neither beside a source nor beside what says there is none."""
        return [words for words, where in self._found if not self._accounted(where)]

    def _around(self, element: Element | None) -> list[Element]:
        around: list[Element] = []
        while element:
            around.append(element)
            element = element.above
        return around

    def _accounted(self, where: Element) -> bool:
        around = self._around(where)
        if any(
            each.is_one_of(NAMES) or each.attributes.get("scope") == "rowgroup" for each in around
        ):
            return True
        return any(SOURCE.search(self._said(each)) for each in around if each.is_one_of(PLACES))

    def _said(self, element: Element) -> str:
        described = self._by_id.get(element.attributes.get("aria-describedby") or "")
        return element.text + (described.text if described else "")
