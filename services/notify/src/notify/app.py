"""How notify is put together: the only file that knows all the others."""

from fastapi import FastAPI

from chassis.saying import Desk
from notify import api, pages
from notify.consumers import HEARS
from notify.settings import Settings
from notify.store import Store
from notify.work import WORK
from pages import PUBLIC_HEADERS, assets, environment
from process.running import Service, run
from process.settings import ServiceSettings
from process.staff import staff
from web import House, application
from web.signin import SignIn


def main() -> None:
    """Run notify until it is told to stop."""
    settings = Settings()
    signin = settings.signin()
    run(
        ServiceSettings(name="notify"),
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
    look = environment("notify", site, "/notices")
    app = application(
        desk,
        api.router,
        pages.router,
        staff("/notices", look, settings.ticket_key),
        house=House(
            name="notify",
            title="notify",
            error_page=pages.error_page(look),
            headers_for_pages=PUBLIC_HEADERS,
        ),
        refusals=api.REFUSALS,
        signin=signin,
    )
    app.state.look = look
    app.mount("/notices/_pages", assets)
    return app
