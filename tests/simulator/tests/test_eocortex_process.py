"""The command: one line of JSON, RTSP where GStreamer is, and a clean end."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from typing import Any

import aiohttp
import av
import pytest

from ..client import ROOT
from ..clock import Clock
from ..eocortex import rtsp
from ..eocortex.server import EocortexSystem
from ..simulation import Simulation
from ..world import World
from .eocortex import CAMERA, hashed

COMMAND = [sys.executable, "-m", "tests.simulator", "--vendor", "eocortex", "--servers", "3"]


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_it_announces_itself_and_ends_cleanly_while_streaming(
    socket_enabled: None, number: signal.Signals
) -> None:
    process = subprocess.Popen(COMMAND, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    announced: dict[str, Any] = json.loads(await asyncio.to_thread(process.stdout.readline))
    assert announced.keys() == {"vendor", "url", "credentials", "control", "rtsp_port", "rtsp_missing"}
    assert announced["credentials"].keys() == {"login", "password"}
    login, sent = announced["credentials"]["login"], hashed(announced["credentials"]["password"])
    query = {"login": login, "password": sent, "channelid": CAMERA}
    async with aiohttp.ClientSession() as session:
        async with session.get(announced["url"] + "/hls", params=query) as answer:
            path = await answer.text()
        async with session.get(f"{announced['url']}/hls/{path}") as playlist:
            assert playlist.status == 200
        async with session.get(announced["control"] + "/servers") as answer:
            assert len(await answer.json()) == 3
    port = announced["rtsp_port"]
    if port is not None:
        url = f"rtsp://127.0.0.1:{port}/rtsp?channelid={CAMERA}&login={login}&password={sent}"
        container = await asyncio.to_thread(av.open, url, options={"rtsp_transport": "tcp"}, timeout=10)
    process.send_signal(number)
    rest, errors = await asyncio.to_thread(process.communicate, timeout=10)
    assert (process.returncode, rest, errors) == (0 if number != signal.SIGKILL else -number, "", "")
    if port is not None:
        for _ in range(50):
            if not _accepts(port):
                break
            await asyncio.sleep(0.1)
        assert not _accepts(port)
        container.close()


@pytest.mark.parametrize("python", ["/nowhere/python3", "/bin/false"])
async def test_without_gstreamer(socket_enabled: None, monkeypatch: pytest.MonkeyPatch, python: str) -> None:
    monkeypatch.setattr(rtsp, "DEBIAN_PYTHON", python)
    simulation = Simulation(World(), Clock())
    system = EocortexSystem(simulation, 2, 1)
    await system.start("127.0.0.1", 0)
    try:
        announced = system.announcement()
        assert announced["rtsp_port"] is None
        assert announced["rtsp_missing"]
        login, password = system.credentials.values()
        query = {"login": login, "password": hashed(password), "responsetype": "json"}
        url = f"http://127.0.0.1:{system.listeners[0].port}/configex"
        async with aiohttp.ClientSession() as session, session.get(url, params=query) as answer:
            configuration = json.loads((await answer.read()).decode("utf-8-sig"))
        assert configuration["RtspServerInfo"]["IsEnabled"] is False
        assert configuration["MobileDevicesCapabilities"]["Hls"] is True
    finally:
        await system.close()
        await simulation.streams.close()


async def test_ports_follow_each_other(socket_enabled: None) -> None:
    port = next(port for port in range(21_000, 30_000, 7) if not any(map(_accepts, range(port, port + 7))))
    process = subprocess.Popen([*COMMAND, "--port", str(port)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    announced = json.loads(await asyncio.to_thread(process.stdout.readline))
    async with aiohttp.ClientSession() as session, session.get(announced["control"] + "/servers") as answer:
        servers = await answer.json()
    process.terminate()
    assert await asyncio.to_thread(process.wait, 10) == 0
    assert [server["url"] for server in servers] == [f"http://127.0.0.1:{port + number}" for number in range(3)]
    assert announced["url"] == servers[0]["url"]
    assert announced["rtsp_port"] in (None, port + 3)
    assert [server["secure_url"] for server in servers] == [
        f"https://127.0.0.1:{port + number}" for number in (4, 5, 6)
    ]
