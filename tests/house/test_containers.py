"""docker-compose.yml is the whole system, locked, and says no secret."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from local import kafka
from local.roster import SERVICES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSED: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
OURS = [name for name, each in COMPOSED.items() if each["image"].startswith("machi-")]
ONCE = [name for name, each in COMPOSED.items() if each["restart"] == "no"]
IMAGES = [
    *(each["image"] for each in COMPOSED.values()),
    *re.findall(r"^ARG PYTHON=(\S+)$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE),
]
ASKED = re.compile(r"\$\{MACHI_[A-Z_]+:(\?run make secrets|-)\}")  # asked for, or none by default


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_service_is_there_after_its_jobs_and_behind_the_gateway(service: Any):
    jobs = {f"{service.name}-{job}" for job in service.jobs}
    upstream = f"MACHI_{service.name.upper()}_UPSTREAM"

    assert jobs <= set(ONCE), f"docker-compose.yml: add {jobs - set(ONCE)}"
    assert f"{service.name}-{service.jobs[-1]}" in COMPOSED[service.name]["depends_on"]
    assert COMPOSED["caddy"]["environment"][upstream] == f"{service.name}:8080"


def test_every_job_is_waited_for_by_its_end():
    waited = {
        name
        for each in COMPOSED.values()
        for name, how in each.get("depends_on", {}).items()
        if how["condition"] == "service_completed_successfully"
    }

    assert waited == set(ONCE), "`docker compose up --wait` fails when a job ends unexpected"


@pytest.mark.parametrize("image", sorted(set(IMAGES)))
def test_every_image_is_pinned(image: str):
    tag = image.rpartition(":")[2]

    assert tag not in (image, "latest"), f"{image}: say which release"


def test_no_secret_is_said():
    said = re.findall(r"PASSWORD: (.*)|postgresql://\w+:(.*)@", TEXT)

    assert said
    assert all(ASKED.fullmatch(first or second) for first, second in said)


@pytest.mark.parametrize("name", OURS)
def test_what_is_ours_has_no_right_that_it_does_not_need(name: str):
    each = COMPOSED[name]

    assert each["read_only"] is True
    assert each["cap_drop"] == ["ALL"]
    assert each["security_opt"] == ["no-new-privileges:true"]
    assert each["restart"] in ("no", "unless-stopped")
    assert "user" not in each, f"{name}: the image is nobody's already"


def test_only_the_gateway_and_kafka_are_open_and_on_this_machine_alone():
    ports = {name: each["ports"] for name, each in COMPOSED.items() if "ports" in each}
    asked = {name for name in ports if not COMPOSED[name].get("profiles")}

    assert asked == {"caddy", "kafka"}
    assert all("127.0.0.1" in port for each in ports.values() for port in each)


def test_kafka_is_set_as_it_is_without_containers():
    lines = (kafka.PROPERTIES + kafka.SESSION).split()
    pairs = (line.partition("=") for line in lines if "{" not in line)
    local = {name: value for name, _, value in pairs}
    here = COMPOSED["kafka"]["environment"]
    other = {"listener.security.protocol.map"}  # a second door, for those outside

    for name, value in local.items():
        if name not in other:
            assert str(here[f"KAFKA_{name.replace('.', '_').upper()}"]) == value, name
