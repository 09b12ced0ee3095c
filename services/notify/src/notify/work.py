"""What notify does when time passes: nothing yet."""

from notify.store import Store
from process.clock import Job

WORK: list[Job[Store]] = []
