"""Follows the chain of roadmap's change log and prints its head: keep it, and give it next time."""

import json
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.request import urlopen

CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
UNLABELLED = 1  # the scheme of rows from before a row's name was hashed, too
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def label(row: dict[str, object]) -> bytes:
    named = {name: row[name] for name in ("event_id", "scheme", "subject", "type")}
    return b"" if row["scheme"] == UNLABELLED else CANONICAL.encode(named).encode()


def main(city: str = "http://127.0.0.1:8080", *kept: str) -> None:
    seq, last, heads, gaps, told = 0, bytes(32), set[str](), set[str](), set[str]()
    while rows := json.load(urlopen(f"{city}/api/roadmap/changes?after={seq}"))["changes"]:
        for row in rows:
            seq, digest = seq + 1, bytes.fromhex(row["digest"])
            if row["body"]:  # RFC 8785, as far as these events need it; null: it was taken out
                text = CANONICAL.encode(row["body"]).encode()
                assert digest == sha256(bytes.fromhex(row["salt"]) + text).digest(), row
            else:
                gaps.add(str(seq))
            if row["type"] == "blanked":
                told.add(row["subject"])
            at = (datetime.fromisoformat(row["at"]) - EPOCH) // MICROSECOND
            numbers = seq.to_bytes(8, "big") + at.to_bytes(8, "big")
            last = sha256(last + numbers + digest + label(row)).digest()
            assert (row["seq"], row["hash"]) == (seq, last.hex()), row
            heads.add(f"{seq}:{last.hex()}")
    assert gaps == told, f"texts were taken out and no row tells of it: {gaps ^ told}"
    assert heads.issuperset(kept), "a head that you kept is not in the log any more"
    print(f"{seq}:{last.hex()}")


main(*sys.argv[1:])
