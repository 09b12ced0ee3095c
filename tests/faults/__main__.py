"""The command behind `make faults`: a seeded run of faults, told step by step."""

import argparse
import asyncio
import logging
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

import laws
from breakable import NoParts
from city import Plan
from run import Outcome, run

SHOWN = 20
FAILED, NOTHING_TRIED = 1, 3
"""The exit status, beside 0."""


def main() -> int:
    """Run, tell, and give the exit status: 0 when every law held."""
    given = _arguments()
    plan = Plan(seed=given.seed, faults=given.faults, writers=given.writers, keys=given.keys)
    command = (
        f'make faults ARGS="--seed {plan.seed} --faults {plan.faults} '
        f'--writers {plan.writers} --keys {plan.keys}"'
    )
    logging.basicConfig(level=logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    _tell(f"seed {plan.seed}, the same schedule again with: {command}")
    _tell(f"the logs are in {folder}, until every law held")
    try:
        outcome = asyncio.run(run(plan, folder, _tell))
    except NoParts as missing:
        _tell(f"nothing was tried: {missing}")
        return NOTHING_TRIED
    _report(outcome)
    if outcome.breaches or outcome.surprises:
        _tell(f"seed {plan.seed} FAILED; the logs are in {folder}; again with: {command}")
        return FAILED
    shutil.rmtree(folder)
    _tell(f"seed {plan.seed}: every law held over {plan.faults} faults")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--faults", type=int, default=200, help="how many (200)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="(a new one)")
    parser.add_argument("--writers", type=int, default=4, help="who say something (4)")
    parser.add_argument("--keys", type=int, default=24, help="subjects that it is about (24)")
    return parser.parse_args()


def _report(outcome: Outcome) -> None:
    found = outcome.evidence
    _tell(
        f"{len(found.said)} events in the outbox, {len(found.log)} records on the log, "
        f"{len(found.effects)} effects, {len(found.answered)} answers, "
        f"{sum(each.state == 'undone' for each in found.noted)} rolled back, "
        f"{sum(each.state == 'done' for each in found.parked)} parked and mended"
    )
    for surprise in outcome.surprises:
        _tell(f"! {surprise}")
    for breach in outcome.breaches[:SHOWN]:
        _tell(f"! {breach.law}: {breach.label}: {breach.told}")
        for trace in laws.whereabouts(found, breach.label) if breach.label else ():
            _tell(f"      {trace}")
    if (more := len(outcome.breaches) - SHOWN) > 0:
        _tell(f"! and {more} more")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
