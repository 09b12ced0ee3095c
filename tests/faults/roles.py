"""Roles: what a process of the fault tests is, once it is alive; the chassis runs it as it is."""

import asyncio
import os
from pathlib import Path

from houses import HEARS, SAYS, TABLE, Store
from schedule import chances
from starlette.applications import Starlette
from writing import keep_writing

from process.running import Service, run
from process.settings import ServiceSettings


def relay() -> None:
    """A relay of the house that gives out notices."""
    service = Service(store=Store, hears=[], work=[], http=lambda _: Starlette())
    run(ServiceSettings(name=SAYS), service)


def consumer() -> None:
    """A consumer of the house that shows them, with the relay of what it answers."""
    service = Service(store=Store, hears=TABLE, work=[], http=lambda _: Starlette())
    run(ServiceSettings(name=HEARS), service)


def writer() -> None:
    """One of those who write; each life of it draws other numbers from the seed."""
    name, life = os.environ["FAULTS_NAME"], os.environ["FAULTS_LIFE"]
    chance = chances(os.environ["FAULTS_SEED"], name, life)
    districts = os.environ["FAULTS_DISTRICTS"].split(",")
    asyncio.run(keep_writing(chance, districts, Path(f"{name}.ledger")))
