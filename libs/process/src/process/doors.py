"""The doors of every service: who may write, and whose pages they are."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from pages import Contact, Link, Site
from process.settings import NoSignIn
from web.signin import SignIn

NAVIGATION = (
    Link("手続", "/procedures"),
    Link("計画", "/plan"),
    Link("データ", "/data"),
    Link("お知らせ", "/notices"),
)
"""The same in every service, so that nobody is asked: a neighbour that is down is linked all the same."""
FOOTER = (
    Link("このサイトについて", "/about"),
    Link("アクセシビリティ", "/about#accessibility"),
    Link("データの利用条件", "/about#data"),
)
"""What stands at the foot of every page; catalog answers it."""
SEARCH = "/search"
"""The search over all pages; catalog answers it, from what it heard."""


class SiteSettings(BaseSettings):
    """What can be set from outside every service's doors, beside what its chassis has."""

    model_config = SettingsConfigDict(
        env_prefix="MACHI_", env_ignore_empty=True, use_attribute_docstrings=True
    )

    issuer: str | None = None
    """The city's sign-in (OpenID Connect issuer) whose tokens may write; needed but in development."""
    audience: str = "machi"
    """For whom a token must be made out."""
    keys: str | None = None
    """Path or address of the issuer's public keys (JWKS); by default where the issuer says they are."""
    ticket_key: Path | None = None
    """Path of the key that opens the tickets of `machi token --link`; none: nobody signs in by one."""
    dev: bool = False
    """1 in development only: a service then starts without a sign-in, and nobody can write."""
    city: str = "岩沼市"
    """The city's name, as pages show it."""
    title: str = "デジタル計画のいま"
    """The name of the site, as pages show it."""
    banner: str | None = None
    """One sentence above every page, for a demonstration or a trial; none by default."""

    contact_department: str | None = None
    """Who answers for the pages: at the foot of each, with the ways to reach them that are set here."""
    contact_phone: str | None = None
    """Their telephone number, as people write it."""
    contact_fax: str | None = None
    """Their FAX number."""
    contact_email: str | None = None
    """Their mail address."""
    contact_form: str | None = None
    """Path or address of a form for questions."""
    contact_hours: str | None = None
    """When they answer, in words."""

    def signin(self) -> SignIn | None:
        """Who checks the tokens; None in development without an issuer, when nobody can write."""
        if not self.issuer and not self.dev:
            raise NoSignIn(NoSignIn.__doc__)
        return SignIn(self.issuer, self.audience, self.keys) if self.issuer else None

    def site(self, municipality: str) -> Site:
        """The site as its header and footer show it."""
        contact = Contact(
            department=self.contact_department,
            phone=self.contact_phone,
            fax=self.contact_fax,
            email=self.contact_email,
            form=self.contact_form,
            hours=self.contact_hours,
        )
        return Site(
            title=self.title,
            city=self.city,
            municipality=municipality,
            navigation=NAVIGATION,
            footer=FOOTER,
            search_path=SEARCH,
            banner=self.banner,
            contact=contact if contact.reachable else None,
        )
