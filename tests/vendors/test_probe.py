"""`scripts/probe`, as a process, against the simulated vendor."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
import json
import sys

import pytest

from tests.simulator.client import ROOT, Simulator


@pytest.fixture(scope="module")
def process() -> Iterator[Simulator]:
    """A process for these tests."""
    simulator = Simulator.launch(cameras=2)
    yield simulator
    assert simulator.stop() == 0


async def test_the_probe_prints_what_happens(process):
    probe = await asyncio.create_subprocess_exec(
        *(sys.executable, "scripts/probe.py", "faceter", "--url", process.url, "--events", "5"),
        *("--key", process.credentials["key"]),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    *_, last = [str(camera["id"]) for camera in await process.cameras()]
    state = (await probe.stdout.readuntil(b"\n}\n")).decode()
    assert len(json.loads(state)["cameras"]) == 2
    start = datetime.now(UTC) + timedelta(seconds=1)
    fields = {"startTime": start.isoformat(), "endTime": None, "attributes": [{"name": "Ann"}]}
    await process.inject_event(last, type="Face", **fields)
    lines = [json.loads(line) for line in (await probe.stdout.read()).splitlines()]
    assert await probe.wait() == 0
    assert {
        "kind": "face",
        "camera": last,
        "subject": "Ann",
        "start": start.isoformat(),
        "end": None,
        "recognition": "known",
    } in lines


async def test_the_probe_prints_no_moments_unless_asked(process):
    probe = await asyncio.create_subprocess_exec(
        *(sys.executable, "scripts/probe.py", "faceter", "--url", process.url),
        *("--key", process.credentials["key"]),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await probe.communicate()
    assert probe.returncode == 0
    assert json.loads(output)["account"]


@pytest.fixture(scope="module")
def system() -> Iterator[Simulator]:
    """A system of two servers."""
    simulator = Simulator.launch(vendor="eocortex", cameras=2, servers=2)
    yield simulator
    assert simulator.stop() == 0


async def run(*arguments: str) -> tuple[int | None, str, str]:
    """Run the probe, and return its status and what it printed."""
    probe = await asyncio.create_subprocess_exec(
        *(sys.executable, "scripts/probe.py", *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await probe.communicate()
    return probe.returncode, output.decode(), errors.decode()


async def test_the_probe_prints_a_system_of_several_servers(system):
    login, password = system.credentials["login"], system.credentials["password"]
    await system.setup(rtsp=False)
    status, output, errors = await run("eocortex", "--url", system.url, "--login", login, "--password", password)
    assert (status, errors) == (0, "")
    state = json.loads(output)
    assert state["account"] == "Eocortex Server 1"
    assert [server["online"] for server in state["servers"]] == [True, True]
    assert [camera["online"] for camera in state["cameras"]] == [True, True]
    assert state["switched_off"] == {"rtsp": "GET /configex: it is off"}
    assert password not in output


async def test_the_probe_says_what_a_refusal_may_mean(system):
    status, output, errors = await run("eocortex", "--url", system.url, "--login", "root", "--password", "wrong-7421")
    assert (status, output) == (1, "")
    assert "the licence of the server is not activated" in errors
    assert "wrong-7421" not in errors
