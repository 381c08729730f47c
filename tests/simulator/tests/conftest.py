"""A simulator of each vendor for the whole session, put back to its start before each test, and clients of them."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from ..client import Simulator
from .econnect import Econnect
from .eocortex import Eocortex

CAMERA = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
"""The vendor page's camera, which is the first one."""


@dataclass
class Answer:
    """An answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes
    json: Any


@dataclass
class Api:
    """Asks the vendor's API with a key, or fetches media without one."""

    simulator: Simulator
    session: aiohttp.ClientSession
    key: str

    async def __call__(self, method: str, path: str, **options: Any) -> Answer:
        """Ask the API; ``path`` starts with /v1."""
        headers = {"X-Integration-Key": self.key, **options.pop("headers", {})}
        return await self._read(method, self.simulator.url + path, headers=headers, **options)

    async def fetch(self, url: str, **options: Any) -> Answer:
        """Fetch what an answer pointed at."""
        return await self._read("GET", url, **options)

    async def camera(self, camera_id: str = CAMERA) -> dict[str, Any]:
        """Return a camera."""
        camera: dict[str, Any] = (await self("GET", f"/v1/cameras/{camera_id}")).json
        return camera

    async def _read(self, method: str, url: str, **options: Any) -> Answer:
        async with self.session.request(method, url, **options) as response:
            body = await response.read()
            is_json = "json" in response.content_type and body
            return Answer(response.status, dict(response.headers), body, await response.json() if is_json else None)


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    simulator = Simulator.launch(cameras=8)
    yield simulator
    assert simulator.stop() == 0


@pytest.fixture
async def simulator(simulator_process: Simulator, socket_enabled: None) -> Simulator:
    await simulator_process.reset()
    return simulator_process


@pytest.fixture
async def api(simulator: Simulator) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(simulator, session, simulator.credentials["key"])


@pytest.fixture(scope="session")
def eocortex_process() -> Iterator[Simulator]:
    simulator = Simulator.launch(vendor="eocortex", cameras=8, servers=2)
    yield simulator
    assert simulator.stop() == 0


@pytest.fixture
async def eocortex(eocortex_process: Simulator, socket_enabled: None) -> AsyncIterator[Eocortex]:
    await eocortex_process.reset()
    servers = [str(server["url"]) for server in await eocortex_process.servers()]
    async with aiohttp.ClientSession() as session:
        yield Eocortex(eocortex_process, session, servers)


@pytest.fixture(scope="session")
def econnect_process() -> Iterator[Simulator]:
    simulator = Simulator.launch(vendor="econnect", cameras=8)
    yield simulator
    assert simulator.stop() == 0


@pytest.fixture
async def econnect(econnect_process: Simulator, socket_enabled: None) -> AsyncIterator[Econnect]:
    await econnect_process.reset()
    async with aiohttp.ClientSession() as session:
        yield Econnect(econnect_process, session)
