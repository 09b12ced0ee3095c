"""How opendata is put together: the only file that knows all the others."""

from fastapi import FastAPI

from chassis.saying import Desk
from opendata import api, pages
from opendata.consumers import HEARS
from opendata.settings import Settings
from opendata.store import Store
from opendata.work import work
from pages import PUBLIC_HEADERS, assets, environment
from process.running import Service, run
from process.settings import ServiceSettings
from process.staff import staff
from web import House, application
from web.signin import SignIn


def main() -> None:
    """Run opendata until it is told to stop."""
    settings = Settings()
    signin = settings.signin()
    own = ServiceSettings(name="opendata")
    run(
        own,
        Service(
            store=Store,
            hears=HEARS,
            work=work(settings.imprint(own.municipality)),
            http=lambda desk: http(desk, settings, signin),
        ),
    )


def http(desk: Desk[Store], settings: Settings, signin: SignIn | None) -> FastAPI:
    """The doors for machines and for people, with the look of the site."""
    site = settings.site(desk.speaker.municipality)
    look = environment("opendata", site, "/data")
    app = application(
        desk,
        staff("/data", look, settings.ticket_key),  # before what takes every name below /data
        api.router,
        pages.router,
        house=House(
            name="opendata",
            title="opendata",
            error_page=pages.error_page(look),
            headers_for_pages=PUBLIC_HEADERS,
        ),
        refusals=api.REFUSALS,
        signin=signin,
    )
    app.state.look = look
    app.mount("/data/_pages", assets)
    return app
