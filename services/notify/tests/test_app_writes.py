"""Who may change something in notify: nobody yet, for there is no door to do it by."""

import pytest
from writes import doors

from chassis.saying import Desk
from notify import app
from notify.settings import Settings
from notify.store import Store

pytestmark = pytest.mark.real


async def test_no_door_changes_anything(desk: Desk[Store]):
    assert doors(app.http(desk, Settings(), None)) == set(), (
        "make a table of who may do it, as in services/roadmap/tests/test_app_writes.py"
    )
