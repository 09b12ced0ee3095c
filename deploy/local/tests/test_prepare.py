"""The jobs before a start in containers: databases, topics, keys."""

from pathlib import Path

import asyncpg
import pytest

from local import place, postgres, prepare
from local.ports import free
from local.settings import SERVICES
from local.supervisor import Supervisor
from local.topics import DECLARED
from local.trouble import BadPassword, NotSet

ROLES = [f"{service}{role}" for service in SERVICES for role in ("", "_owner")]
CHOSEN = {f"MACHI_{role.upper()}_PASSWORD": f"of-{role}" for role in ROLES}


@pytest.mark.real
async def test_each_service_gets_its_database_and_a_changed_password_counts(
    home: Path, supervisor: Supervisor
):
    where, (port,) = place.choose(home), free(1)
    server = postgres.Server(place=where, port=port, password="of-the-superuser")  # noqa: S106 - made here
    postgres.initialise(where, server.password)
    await supervisor.start(postgres.program(server))
    told = {**CHOSEN, "MACHI_POSTGRES": server.superuser}

    await prepare.make_databases(told)
    await prepare.make_databases({**told, "MACHI_NOTIFY_PASSWORD": "another"})

    for role in (*SERVICES, *(f"{service}_owner" for service in SERVICES)):
        password = "another" if role == "notify" else f"of-{role}"
        connection = await asyncpg.connect(postgres.address(port, role, password))
        await connection.close()


async def test_a_password_that_could_be_read_as_more_is_refused():
    told = {**CHOSEN, "MACHI_POSTGRES": "postgresql://", "MACHI_NOTIFY_PASSWORD": "it's"}

    with pytest.raises(BadPassword, match="MACHI_NOTIFY_PASSWORD may have letters"):
        await prepare.make_databases(told)


async def test_a_setting_that_is_missing_is_named():
    with pytest.raises(NotSet, match="MACHI_KAFKA is not set"):
        await prepare.make_topics(DECLARED, {})
    with pytest.raises(NotSet, match="MACHI_POSTGRES is not set"):
        await prepare.make_databases({"MACHI_POSTGRES": ""})


@pytest.mark.real
async def test_topics_are_made_once_the_broker_answers(kafka: str):
    for _ in range(2):
        made = await prepare.make_topics(DECLARED, {"MACHI_KAFKA": kafka})

        assert made[0] == "machi.roadmap.v1"


def test_the_private_key_is_not_published(tmp_path: Path):
    public = tmp_path / "jwks.json"

    prepare.publish_keys(tmp_path / "private", public)

    assert '"kid": "machi-local"' in public.read_text()
    assert '"d"' not in public.read_text()
