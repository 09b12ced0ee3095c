"""The commands of a local Machi: `machi up`, `machi status`, `machi token` and the others.

A command imports what it needs when it runs: `status` and `token` must not wait for what `up` loads.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from local import running
from local.settings import SERVICES, Settings
from local.terminal import Terminal
from local.trouble import NotRunning, Trouble

SPOKEN_TO = {
    "parked": "list, show, retry or discard messages that could not be handled",
    "rebuild": "make what a service shows of others again, from the log",
    "republish": "make a service's topic again, from its outbox",
}
"""Commands that a service does: `machi rebuild catalog` is `machi catalog rebuild`."""

INTERRUPTED = 130  # the status of whatever Ctrl-C has ended, as shells have it
Command = Callable[[argparse.Namespace, Settings], int]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; what stands in the way is one sentence and status 1."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        settings = Settings.read(os.environ)
        if words and words[0] in SERVICES:
            return _service(settings, words)
        if words and words[0] in SPOKEN_TO:
            return _spoken_to(settings, words)
        parsed = _parser().parse_args(words)
        return parsed.command(parsed, settings)
    except (Trouble, OSError) as error:
        print(f"machi: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _up(parsed: argparse.Namespace, settings: Settings) -> int:
    from local import background
    from local.up import up

    if parsed.herald is None:
        up(settings, Terminal())
        print("Machi has stopped; its data stays.")
        return 0
    os.set_inheritable(parsed.herald, False)  # Whoever waits for us must not wait for our programs.
    with os.fdopen(parsed.herald, "w") as herald:
        background.up(settings, herald)
    return 0


def _demo(parsed: argparse.Namespace, settings: Settings) -> int:
    from local.demo import demo

    return 0 if demo(settings, keep=parsed.keep) else INTERRUPTED


def _start(_: argparse.Namespace, settings: Settings) -> int:
    from local import background
    from local.terminal import welcome

    terminal = Terminal()
    background.start(settings, terminal)
    terminal.text(welcome(settings, "`make stop`").splitlines())
    return 0


def _stop(_: argparse.Namespace, settings: Settings) -> int:
    stopped = running.stop(settings.home)
    print("Machi has stopped; its data stays." if stopped else "Machi was not running.")
    return 0


def _status(parsed: argparse.Namespace, settings: Settings) -> int:
    if not running.is_running(settings.home):
        if parsed.json:
            print(json.dumps({"running": False}))
            return 1
        raise NotRunning
    state = dict(running.read(settings.home))
    state.pop("environment", None)
    print(json.dumps({"running": True, **state}, indent=2) if parsed.json else _told(state))
    return 0 if state["ready"] else 1


def _told(state: running.State) -> str:
    processes = state["processes"].items()
    return "\n".join(
        [
            f"Machi is {'ready' if state['ready'] else 'not ready'} (process {state['supervisor']['pid']})",
            *_rows("addresses", state["addresses"]),
            *_rows("Kafka", {"bootstrap": state["kafka"]}),
            *_rows("databases", {name: _hidden(url) for name, url in state["database"].items()}),
            *_rows("processes", {name: _faring(each) for name, each in processes}),
            *_rows("data", state["data"]),
        ]
    )


def _rows(heading: str, told: dict[str, str]) -> list[str]:
    return [heading, *(f"  {name:<10} {text}" for name, text in told.items())]


def _hidden(url: str) -> str:
    """The address without its password, for a terminal that others may see; --json has it."""
    return re.sub(r"(?<=:)[^:@/]+(?=@)", "…", url)


def _faring(process: running.State) -> str:
    pid = f"process {process['pid']}" if process["pid"] else "no process"
    again = f", restarted {process['restarts']} times" if process["restarts"] else ""
    return f"{process['state']}, {pid}{again}"


def _token(parsed: argparse.Namespace, settings: Settings) -> int:
    from local import keys, roster

    now = datetime.now(UTC)
    token = keys.token(
        settings.home,
        subject=parsed.subject,
        roles=parsed.role,
        now=now,
        lasts=timedelta(hours=parsed.hours),
    )
    if parsed.link:
        ticket = keys.ticket(settings.home, token, now=now)
        gateway = running.read(settings.home).get("addresses", {}).get("gateway")
        print(roster.sign_in(gateway or settings.gateway, ticket, parsed.to))
    else:
        print(token)
    return 0


def _jars(parsed: argparse.Namespace, settings: Settings) -> int:
    from local import jars, kafka

    library = kafka.library(settings)
    if parsed.write:
        print(f"{jars.LOCK.name}: {jars.write(library)} jars")
    else:
        print(f"{len(jars.ensure(library, jars.pinned()))} jars are as pinned")
    return 0


def _dump(parsed: argparse.Namespace, settings: Settings) -> int:
    """The database of a service as its owner sees it, in the form that pg_restore takes."""
    from local import place, roster

    runs = running.read(settings.home).get("environment", {}).get(parsed.service, {})
    told = runs or roster.told_as_owner(settings, parsed.service)
    address = told["MACHI_DATABASE_OWNER"]
    command = [str(place.choose(settings.home).binaries / "pg_dump"), "--format=custom"]
    done = subprocess.run([*command, f"--file={parsed.file}", address], check=False)
    if done.returncode == 0:
        print(f"{parsed.file}: the database of {parsed.service}")
    return done.returncode


def _topics(parsed: argparse.Namespace, _: Settings) -> int:
    from local import prepare

    made = asyncio.run(prepare.make_topics(parsed.file, os.environ))
    print(f"there are {', '.join(made)}")
    return 0


def _databases(_: argparse.Namespace, __: Settings) -> int:
    from local import prepare

    made = asyncio.run(prepare.make_databases(os.environ))
    print(f"there are the databases {', '.join(made)}, each with its two roles")
    return 0


def _keys(parsed: argparse.Namespace, settings: Settings) -> int:
    from local import prepare

    print(f"{prepare.publish_keys(settings.home, parsed.public)}: the public keys")
    return 0


def _service(settings: Settings, words: list[str]) -> int:
    """A service's own command, with the settings of the Machi that runs here."""
    from local import roster

    told = running.read(settings.home).get("environment", {}).get(words[0])
    environment = {**os.environ, **(told or roster.told_as_owner(settings, words[0]))}
    return subprocess.run(roster.command(*words), env=environment, check=False).returncode


def _spoken_to(settings: Settings, words: list[str]) -> int:
    """`machi parked list` asks every service; `machi parked show catalog 7` and `machi rebuild catalog` one."""
    named = [word for word in words[1:] if word in SERVICES]
    rest = [word for word in words if word not in SERVICES]
    if named or "-h" in words or "--help" in words:
        return _service(settings, [(named or SERVICES)[0], *rest])
    if rest[:2] != ["parked", "list"]:
        print(f"machi: {words[0]}: of which service? {', '.join(SERVICES)}", file=sys.stderr)
        return 2
    failed = 0
    for service in SERVICES:
        print(f"{service}:", flush=True)
        failed |= _service(settings, [service, *rest])
    return failed


def _parser() -> argparse.ArgumentParser:
    names = ", ".join(SERVICES)
    parser = argparse.ArgumentParser(
        prog="machi",
        description="Machi on this machine.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(
            [
                *(f"  {name:<11}{told}" for name, told in SPOKEN_TO.items()),
                f"\n`machi SERVICE ...` runs a command of a service ({names}); see `machi SERVICE --help`.",
            ]
        ),
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (command, told) in COMMANDS.items():
        each = commands.add_parser(name, help=told, description=told)
        each.set_defaults(command=command)
        for option, how in OPTIONS.get(name, {}).items():
            each.add_argument(option, **how)
    return parser


COMMANDS: dict[str, tuple[Command, str]] = {
    "up": (_up, "start everything; Ctrl-C stops it"),
    "start": (_start, "start everything in the background, and return when it is ready"),
    "demo": (_demo, "tell one story in a throw-away copy of everything"),
    "stop": (_stop, "stop what runs in the background or at another terminal"),
    "status": (_status, "addresses, processes, databases; status 1 when not all is ready"),
    "token": (_token, "print a token with which a clerk may write"),
    "dump": (_dump, "write a backup of a service's database to a file"),
    "topics": (_topics, "create the topics that a Kafka (MACHI_KAFKA) lacks"),
    "databases": (_databases, "give each service its database in a PostgreSQL (MACHI_POSTGRES)"),
    "keys": (_keys, "make the key pair that signs tokens, and write the public keys to a file"),
    "jars": (_jars, "check Kafka's jars against kafka-jars.lock"),
}
OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "up": {"--herald": {"type": int, "help": argparse.SUPPRESS}},
    "demo": {"--keep": {"action": "store_true", "help": "leave it open to look around"}},
    "status": {"--json": {"action": "store_true", "help": "for machines"}},
    "token": {
        "--role": {
            "action": "append",
            "required": True,
            "choices": ["editor", "approver", "operator"],
            "help": "what its bearer may do; may be repeated",
        },
        "--subject": {"default": "clerk", "help": "who this is (clerk)"},
        "--hours": {"type": float, "default": 8.0, "help": "how long it is valid (8)"},
        "--link": {"action": "store_true", "help": "an address instead, to sign in a browser"},
        "--to": {"default": "/plan/staff", "help": "the page one is led to then (/plan/staff)"},
    },
    "dump": {"service": {"choices": SERVICES}, "file": {"help": "the file to write"}},
    "topics": {"file": {"type": Path, "help": "the topics, as deploy/kafka/topics.yaml"}},
    "keys": {"public": {"type": Path, "help": "the file that the services read"}},
    "jars": {"--write": {"action": "store_true", "help": "pin Kafka's jars anew"}},
}


if __name__ == "__main__":
    sys.exit(main())
