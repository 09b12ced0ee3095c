"""What roadmap does when time passes."""

from datetime import timedelta

from process.clock import Job
from roadmap import handlers
from roadmap.store import Store

WORK: list[Job[Store]] = [
    Job("forget answers", timedelta(hours=1), handlers.forget_answers),
    Job("remind", timedelta(minutes=1), handlers.remind),
]
