"""What opendata does when time passes: publish what has changed and has waited."""

from datetime import timedelta
from functools import partial

from opendata import handlers
from opendata.domain import Imprint
from opendata.store import Store
from process.clock import Job

# The clock looks once a second; several replicas do not look much more often together.
OFTEN = timedelta(milliseconds=500)
RARELY = timedelta(minutes=1)


def work(imprint: Imprint) -> list[Job[Store]]:
    """The jobs, for whoever publishes."""
    publish = partial(handlers.publish_ripe, imprint=imprint)
    return [
        Job("publish what is ripe", OFTEN, publish),
        Job("look again", RARELY, handlers.look_again),
    ]
