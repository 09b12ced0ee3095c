"""One Machi per folder, and what a killed one leaves behind."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local import roster, running
from local.ports import refuse_taken
from local.settings import LOOPBACK, PORTS, SERVICES, Settings
from local.trouble import AlreadyRunning, BadSetting, PortTaken


def test_a_second_start_says_that_it_is_already_running(tmp_path: Path):
    with running.only_one(tmp_path):
        running.write(tmp_path, {"supervisor": {"pid": 4211}})

        with (
            pytest.raises(AlreadyRunning, match=r"already running \(process 4211\)"),
            running.only_one(tmp_path),
        ):
            pass


def test_a_record_without_a_process_is_no_hindrance(tmp_path: Path):
    with running.only_one(tmp_path):
        running.write(tmp_path, {"supervisor": {"pid": os.getpid()}})

    assert not running.is_running(tmp_path)
    with running.only_one(tmp_path):
        assert running.is_running(tmp_path)


def test_what_a_killed_supervisor_left_behind_is_ended(tmp_path: Path):
    left = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    record = {"pid": left.pid, "started": running.started(left.pid)}

    with running.only_one(tmp_path):
        running.write(tmp_path, {"processes": {"catalog": record}})
        ended = running.sweep(tmp_path)

    assert ended == ["catalog"]
    assert left.wait() != 0


def test_a_process_that_only_has_the_number_of_ours_is_left_alone(tmp_path: Path):
    with running.only_one(tmp_path):
        running.write(
            tmp_path, {"processes": {"catalog": {"pid": os.getpid(), "started": "another day"}}}
        )

        assert running.sweep(tmp_path) == []


def test_a_taken_port_is_named_with_the_setting_that_moves_it(settings: Settings):
    with socket.create_server((LOOPBACK, settings.ports["catalog"])):
        port = settings.ports["catalog"]

        with pytest.raises(PortTaken, match=rf"Port {port} \(catalog\).*MACHI_CATALOG_PORT="):
            refuse_taken(settings)


def test_a_port_that_is_no_number_is_named():
    with pytest.raises(BadSetting, match="MACHI_GATEWAY_PORT='eighty'"):
        Settings.read({"MACHI_GATEWAY_PORT": "eighty"})


def test_the_services_have_ports_and_commands_of_their_own():
    names = tuple(each.name for each in roster.SERVICES)

    assert names == SERVICES
    assert set(names) <= set(PORTS)
