"""Prints what roadmap says, as it says it; cut off or started again, it goes on where it was."""

import json
import sys
import time
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen


def main(city: str = "http://127.0.0.1:8080", keep: str = ".heard-until") -> None:
    while True:
        place, frame = Path(keep), dict[str, str]()
        last = place.read_text() if place.exists() else "0"
        address = f"{city}/api/roadmap/stream?since={last}"
        with suppress(OSError, HTTPException), urlopen(address, timeout=60) as stream:
            for line in stream:
                name, _, text = line.decode().rstrip("\n").partition(": ")
                frame[name] = text
                if line == b"\n" and "id" in frame:
                    event = json.loads(frame["data"]).get("data")  # none: its text was taken out
                    if event and frame["event"].startswith("machi.roadmap.milestone."):
                        due = event["due"] and event["due"]["hi"]
                        print(event["title"], due, event["page"], flush=True)
                    Path(f"{keep}.new").write_text(frame.pop("id"))
                    Path(f"{keep}.new").replace(place)
        time.sleep(3)


main(*sys.argv[1:])
