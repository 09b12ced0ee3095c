"""A small program in place of a service: it answers every GET with its name."""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503 if "maintenance" in self.path else 200)
        self.end_headers()
        self.wfile.write(Path(sys.argv[0]).stem.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library names it so
        del format, args


def main() -> None:
    if len(sys.argv) > 1:
        print("did", *sys.argv[1:], "as", os.environ["MACHI_DATABASE_OWNER"].split("@")[-1])
        return
    address = (os.environ["MACHI_HOST"], int(os.environ["MACHI_PORT"]))
    ThreadingHTTPServer(address, Answer).serve_forever()


if __name__ == "__main__":
    main()
