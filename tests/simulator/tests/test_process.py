"""The command: one line of JSON, any number of cameras, and a clean end."""

import asyncio
from datetime import UTC, datetime, timedelta
import json
import os
from pathlib import Path
import signal
import subprocess
import sys

import aiohttp
import pytest

from ..client import ROOT, Simulator

COMMAND = [sys.executable, "-m", "tests.simulator", "--vendor", "faceter"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_announces_itself_and_ends_cleanly_while_streaming(
    socket_enabled: None, tmp_path: Path, number: signal.Signals
) -> None:
    process = subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    announced = json.loads(await asyncio.to_thread(process.stdout.readline))
    assert announced.keys() == {"vendor", "url", "credentials", "control"}
    assert announced["url"].startswith("http://127.0.0.1:")
    assert announced["url"].endswith("/integration-api")
    async with aiohttp.ClientSession(headers={"X-Integration-Key": announced["credentials"]["key"]}) as session:
        async with session.get(announced["url"] + "/v1/cameras") as answer:
            cameras = await answer.json()
        async with session.get(cameras[0]["liveHlsUrl"]) as playlist:
            assert playlist.status == 200
        body = {"startDate": f"{datetime.now(UTC) - timedelta(hours=2):%Y-%m-%dT%H:00:00Z}", "durationSeconds": 2400}
        url = f"{announced['url']}/v1/cameras/{cameras[0]['id']}/archive/exports"
        async with session.post(url, json=body) as answer:
            assert answer.status == 202
        for _ in range(100):
            if list(tmp_path.rglob("*.mp4")):
                break
            await asyncio.sleep(0.1)
    assert len(cameras) == 6
    assert list(tmp_path.rglob("*.ts"))
    assert list(tmp_path.rglob("*.mp4"))
    process.send_signal(number)
    rest, errors = await asyncio.to_thread(process.communicate, timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


async def test_a_thousand_cameras(socket_enabled: None) -> None:
    async with Simulator.running(cameras=1000) as simulator, aiohttp.ClientSession() as session:
        headers = {"X-Integration-Key": simulator.credentials["key"]}
        async with session.get(simulator.url + "/v1/cameras", headers=headers) as answer:
            cameras = await answer.json()
        assert len({camera["id"] for camera in cameras}) == 1000
        assert len({camera["title"] for camera in cameras}) == 1000
        assert await simulator.streams() == []
        async with session.get(f"{simulator.url}/v1/cameras/{cameras[-1]['id']}/events", headers=headers) as answer:
            assert len((await answer.json())["items"]) == 100


def test_a_seed_makes_another_account() -> None:
    def key_of(seed: int) -> str:
        process = subprocess.Popen([*COMMAND, "--seed", str(seed)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        line = process.stdout.readline()
        process.terminate()
        process.communicate(timeout=10)
        return str(json.loads(line)["credentials"]["key"])

    assert key_of(2) != key_of(3)
