"""Who may change something in catalog: nobody yet, for there is no door to do it by."""

import pytest
from writes import doors

from catalog import app
from catalog.settings import Settings
from catalog.store import Store
from chassis.saying import Desk

pytestmark = pytest.mark.real


async def test_no_door_changes_anything(desk: Desk[Store]):
    assert doors(app.http(desk, Settings(), None)) == set(), (
        "make a table of who may do it, as in services/roadmap/tests/test_app_writes.py"
    )
