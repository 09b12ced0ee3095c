"""How roadmap is put together: the only file that knows all the others."""

from fastapi import FastAPI

from chassis.saying import Desk
from pages import PUBLIC_HEADERS, Link, Site, assets, environment
from process.running import Service, run
from process.settings import ServiceSettings
from roadmap import api, pages
from roadmap.consumers import HEARS
from roadmap.settings import Settings
from roadmap.store import Store
from roadmap.work import WORK
from web import House, application
from web.signin import SignIn

NAVIGATION = (Link("手続", "/procedures"), Link("計画", "/plan"))


def main() -> None:
    """Run roadmap until it is told to stop."""
    settings = Settings()
    signin = SignIn.from_settings(
        issuer=settings.issuer, audience=settings.audience, keys=settings.keys, dev=settings.dev
    )
    run(
        ServiceSettings(name="roadmap"),
        Service(
            store=Store,
            hears=HEARS,
            work=WORK,
            http=lambda desk: http(desk, settings, signin),
        ),
    )


def http(desk: Desk[Store], settings: Settings, signin: SignIn | None) -> FastAPI:
    """The doors for machines and for people, with the look of the site."""
    site = Site(
        title=settings.title,
        city=settings.city,
        municipality=desk.speaker.municipality,
        navigation=NAVIGATION,
    )
    look = environment("roadmap", site, "/plan")
    app = application(
        desk,
        api.router,
        pages.router,
        house=House(
            name="roadmap",
            title="roadmap",
            error_page=pages.error_page(look),
            headers_for_pages=PUBLIC_HEADERS,
        ),
        refusals=api.REFUSALS,
        signin=signin,
    )
    app.state.look = look
    app.mount("/plan/_pages", assets)
    return app
