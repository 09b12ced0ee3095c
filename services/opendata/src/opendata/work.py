"""What opendata does when time passes: nothing yet."""

from opendata.store import Store
from process.clock import Job

WORK: list[Job[Store]] = []
