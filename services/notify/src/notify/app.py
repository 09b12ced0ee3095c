"""How notify is put together: the only file that knows all the others."""

from fastapi import FastAPI
from jinja2 import Environment

from chassis.saying import Desk
from notify import api, pages
from notify.consumers import HEARS
from notify.exports.feed import Feed
from notify.settings import Settings
from notify.store import Store
from notify.work import Office, work
from pages import PUBLIC_HEADERS, assets, environment
from process.running import Service, run
from process.settings import ServiceSettings
from process.staff import staff
from web import House, application
from web.signin import SignIn


def main() -> None:
    """Run notify until it is told to stop."""
    settings, service = Settings(), ServiceSettings(name="notify")
    signin = settings.signin()
    office = at_work(settings, look(settings, service.municipality))
    run(
        service,
        Service(
            store=Store,
            hears=HEARS,
            work=work(office),
            http=lambda desk: http(desk, settings, signin),
        ),
    )


def look(settings: Settings, municipality: str) -> Environment:
    """The templates of pages and of mail."""
    return environment("notify", settings.site(municipality), "/notices")


def at_work(settings: Settings, look: Environment) -> Office:
    """Where mail is written; NoKeys when there are no keys."""
    keys, relay = settings.secrets(), settings.relay()
    return Office(keys=keys, look=look, relay=relay, public_url=settings.public_url)


def http(desk: Desk[Store], settings: Settings, signin: SignIn | None) -> FastAPI:
    """The doors for machines and for people, with the look of the site."""
    templates = look(settings, desk.speaker.municipality)
    app = application(
        desk,
        api.router,
        *pages.routers,
        staff("/notices", templates, settings.ticket_key),
        house=House(
            name="notify",
            title="notify",
            error_page=pages.error_page(templates),
            headers_for_pages=PUBLIC_HEADERS,
        ),
        refusals=api.REFUSALS,
        signin=signin,
    )
    app.state.look, app.state.keys = templates, settings.secrets()
    app.state.feed = Feed(title="お知らせ", author=settings.city, base=settings.public_url)
    app.mount("/notices/_pages", assets)
    return app
