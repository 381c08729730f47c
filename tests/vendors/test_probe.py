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
