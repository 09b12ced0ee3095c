"""The city whose pages are tried, and the templates of a service that stands at /plan."""

import pytest
from jinja2 import Environment

from pages import Contact, Link, Site, environment


@pytest.fixture(scope="session")
def iwanuma() -> Site:
    """The city's site; its contact is made up."""
    return Site(
        title="デジタル計画のやくそく",
        city="岩沼市",
        municipality="042111",
        contact=Contact(department="計画の担当課", phone="0223-00-0000", fax="0223-00-0001"),
        navigation=(Link("計画", "/plan"), Link("手続", "/procedures")),
        footer=(Link("アクセシビリティ", "/accessibility"), Link("データの利用条件", "/terms")),
        search_path="/search",
    )


@pytest.fixture(scope="session")
def templates(iwanuma: Site) -> Environment:
    """Templates of a service that stands at /plan."""
    return environment("pages", iwanuma, "/plan")
