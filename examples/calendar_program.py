"""What a calendar program does: fetch the calendar again and again, and show what became of its entries."""

import sys
import time
from datetime import timedelta
from http import HTTPStatus
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from icalendar import Calendar

USUAL = timedelta(hours=6)


def main(site: str = "http://127.0.0.1:8080", query: str = "", seconds: str = "") -> None:
    seen: dict[str, int] = {}  # by uid, which is for ever; the sequence tells that an entry changed
    etag, wait = "", 0.0
    while True:
        time.sleep(wait)
        asked = {"If-None-Match": etag}
        try:
            answer = urlopen(Request(f"{site}/api/roadmap/calendar.ics?{query}", headers=asked))
        except HTTPError as refused:
            if refused.code != HTTPStatus.NOT_MODIFIED:
                raise
            continue
        etag, calendar = answer.headers["ETag"], Calendar.from_ical(answer.read())
        assert isinstance(calendar, Calendar)
        wait = float(seconds or (calendar.refresh_interval or USUAL).total_seconds())
        for event in calendar.events:
            if event.sequence > seen.get(event.uid, -1):
                seen[event.uid] = event.sequence
                print(event.start, event.summary, event.status or "", flush=True)


main(*sys.argv[1:])
