"""A simulated Gumnut, and clients of it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from yarl import URL

from custom_components.video_analytics.vendors.gumnut import VENDOR, moments as moments_module
from custom_components.video_analytics.vendors.gumnut.account import GumnutAccount
from custom_components.video_analytics.vendors.gumnut.client import GumnutClient
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.state import Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.simulator.client import Simulator
from tests.vendors.conftest import KEY
from tests.vendors.server import Server


@pytest.fixture(scope="session")
def gumnut_process() -> Iterator[Simulator]:
    """A process for these tests."""
    simulator = Simulator.launch(vendor="gumnut")
    yield simulator
    assert simulator.stop() == 0


@pytest.fixture
async def simulator(gumnut_process: Simulator) -> Simulator:
    """The simulator, put back to its start."""
    await gumnut_process.reset()
    return gumnut_process


@pytest.fixture
def values(simulator: Simulator) -> dict[str, str]:
    """What a user types in."""
    return {**simulator.credentials, "url": simulator.url}


@pytest.fixture
async def library(simulator: Simulator) -> str:
    """The library's id."""
    (library,) = await simulator.libraries()
    return str(library["id"])


@pytest.fixture
def client(http: Http, simulator: Simulator) -> GumnutClient:
    """A client of the simulator."""
    return GumnutClient(http, URL(simulator.url), Secret(simulator.credentials["key"]))


@pytest.fixture
def faked(http: Http, server: Server) -> GumnutClient:
    """A client of a server that answers as each test says."""
    return GumnutClient(http, server.url, Secret(KEY))


@pytest.fixture
async def account(http: Http, values: dict[str, str], library: str) -> AsyncIterator[GumnutAccount]:
    """The library, whose state is known."""
    account = VENDOR.open(http, values, library)
    await account.fetch(None, Wanted())
    yield account
    await account.close()


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for changes all the time."""
    for name in ("INTERVAL", "EAGER_INTERVAL", "_FIRST_RETRY", "_LAST_RETRY"):
        monkeypatch.setattr(moments_module, name, 0.05)
