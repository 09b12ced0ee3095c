"""How roadmap is put together: the only file that knows all the others."""

from fastapi import FastAPI

from chassis.saying import Desk
from pages import PUBLIC_HEADERS, assets
from process.running import Service, run
from process.settings import ServiceSettings
from process.staff import staff
from roadmap import api, pages
from roadmap.api.hub import Hub, Most
from roadmap.consumers import HEARS
from roadmap.exports.keeping import Kept
from roadmap.pages import staff as forms
from roadmap.settings import Settings
from roadmap.store import Store
from roadmap.work import WORK
from web import House, application
from web.limits import Limits
from web.signin import SignIn


def main() -> None:
    """Run roadmap until it is told to stop."""
    settings = Settings()
    signin = settings.signin()
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
    site = settings.site(desk.speaker.municipality)
    look = pages.templates(site)
    most = Most(streams=settings.roadmap_streams, per_client=settings.roadmap_streams_each)
    hub = Hub(desk, most)
    app = application(
        hub.desk,
        api.router,
        pages.router,
        forms.router,
        staff("/plan", look, settings.ticket_key),
        house=House(
            name="roadmap",
            title="roadmap",
            error_page=pages.error_page(look),
            headers_for_pages=PUBLIC_HEADERS,
        ),
        refusals=api.REFUSALS,
        signin=signin,
        limits=Limits(body=forms.MOST_BYTES),
    )
    app.state.look, app.state.hub = look, hub
    app.state.kept, app.state.parts = Kept(), Kept()
    app.state.publisher = settings.publisher(site.municipality)
    app.mount("/plan/_pages", assets)
    return app
