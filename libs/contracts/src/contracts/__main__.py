"""`python -m contracts` writes the stored schemas of all events."""

import sys

from contracts.schemas import write_all

for written in write_all():
    sys.stdout.write(f"{written}\n")
