"""How catalog is put together: the only file that knows all the others."""

from fastapi import FastAPI

from catalog import api, pages
from catalog.consumers import HEARS
from catalog.domain import read_words
from catalog.settings import WORDS, Settings
from catalog.store import Store
from catalog.work import WORK
from chassis.saying import Desk
from pages import PUBLIC_HEADERS, assets, environment
from process.running import Service, run
from process.settings import ServiceSettings
from process.staff import staff
from web import House, application
from web.signin import SignIn


def main() -> None:
    """Run catalog until it is told to stop."""
    settings = Settings()
    signin = settings.signin()
    run(
        ServiceSettings(name="catalog"),
        Service(
            store=Store,
            hears=HEARS,
            work=WORK,
            http=lambda desk: http(desk, settings, signin),
        ),
    )


def http(desk: Desk[Store], settings: Settings, signin: SignIn | None) -> FastAPI:
    """The doors for machines and for people, with the look of the site."""
    site = settings.site(desk.speaker.municipality)
    look = environment("catalog", site, "/procedures")
    app = application(
        desk,
        api.router,
        pages.router,
        staff("/procedures", look, settings.ticket_key),
        house=House(
            name="catalog",
            title="catalog",
            error_page=pages.error_page(look),
            headers_for_pages=PUBLIC_HEADERS,
        ),
        refusals=api.REFUSALS,
        signin=signin,
    )
    app.state.look, app.state.everyday = look, read_words(WORDS.read_bytes(), WORDS.name)
    app.mount("/procedures/_pages", assets)
    return app
