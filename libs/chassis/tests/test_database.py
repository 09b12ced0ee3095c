"""Connections of a service: a database that cannot be reached is away, whatever keeps us from it."""

import pytest

from chassis.database import open_pool
from patience.waiting import AWAY


async def test_a_database_whose_place_does_not_exist_is_away():
    pool = await open_pool("postgresql://roadmap@/roadmap?host=/nowhere", "test")

    with pytest.raises(AWAY) as away:
        await pool.fetchval("select 1")
    await pool.close()

    assert isinstance(away.value.__cause__, FileNotFoundError)
