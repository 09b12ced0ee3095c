"""How a service's templates are found and what every template may use."""

from typing import cast

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined

from pages.assets import address
from pages.dates import iso_text, japanese_date, japanese_text, western_text
from pages.sites import Site


def environment(service_package: str, site: Site, path: str) -> Environment:
    """Templates of a service that shows its pages at `path`: its own first, then `pages/...`."""
    templates = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader(service_package),
                PrefixLoader({"pages": PackageLoader("pages", "templates/pages")}),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # jinja2's types let nothing in but its own functions.
    shared = cast("dict[str, object]", templates.globals)
    shared.update(site=site, assets=address(path), service_path=path)
    templates.filters.update(japanese_date=japanese_date, japanese_text=japanese_text)
    templates.filters.update(western_text=western_text, iso_text=iso_text)
    return templates
