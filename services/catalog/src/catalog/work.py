"""What catalog does when time passes: nothing yet, for no channel is opened or closed by it."""

from catalog.store import Store
from process.clock import Job

WORK: list[Job[Store]] = []
