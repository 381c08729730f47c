"""The simulated server, a process of its own, and an account at it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime

import pytest

from custom_components.video_analytics.vendors.econnect import VENDOR
from custom_components.video_analytics.vendors.econnect.account import EconnectAccount
from custom_components.video_analytics.vendors.http import Http
from tests.hurry import poll_in_a_hurry
from tests.simulator.client import Simulator

DETECTORS = 8
USER = "home-assistant"
ALL = (
    "Read All Identity", "Mutate All Identity", "Read Detections", "Read Identity Files", "Add Identity Files",
    "Read Tags", "Add Tags", "Edit Tags", "Delete Tags", "Face Publishing", "Face Recognize", "Face Enrollment",
    "Face Detection",
)  # fmt: skip


@pytest.fixture(scope="module")
def process() -> Iterator[Simulator]:
    """A process for the tests of a module."""
    simulator = Simulator.launch(vendor="econnect", cameras=DETECTORS)
    yield simulator
    assert simulator.stop() == 0


@pytest.fixture
async def simulator(process: Simulator, monkeypatch) -> Simulator:
    """The simulator, put back to its start; and a poller in a hurry."""
    await process.reset()
    poll_in_a_hurry(monkeypatch, 0.05)
    return process


@pytest.fixture
def values(simulator: Simulator) -> Mapping[str, str]:
    """What a user types in."""
    return {**simulator.credentials, "url": simulator.url}


@pytest.fixture
async def account(values, http: Http) -> AsyncIterator[EconnectAccount]:
    """An account at which nothing was asked yet."""
    account = VENDOR.open(http, values, "id")
    yield account
    await account.close()


@pytest.fixture
async def people(simulator: Simulator) -> Mapping[str, str]:
    """Ids by name."""
    return {str(person["name"]): str(person["id"]) for person in await simulator.people()}


@pytest.fixture
def anna(people) -> str:
    """Somebody whom the server knows."""
    return people["Anna Lindqvist"]


@pytest.fixture
async def detector(simulator: Simulator) -> str:
    """A detector at which nobody walks by unless a test says so."""
    cameras = await simulator.cameras()
    for camera in cameras:
        await simulator.remove_camera(str(camera["id"]))
    return await simulator.add_camera(name="FrontDoorCam")


async def vendor_now(simulator: Simulator) -> datetime:
    """Return the server's time."""
    return datetime.fromisoformat(str((await simulator.state())["now"]))


async def sign_ins(simulator: Simulator) -> int:
    """Return how often a password was accepted."""
    return int(str((await simulator.state())["sign_ins"]))


async def asked(simulator: Simulator, ending: str = "") -> list[str]:
    """Return the paths of requests, below the API."""
    paths = [str(request["path"]).removeprefix("/identities") for request in await simulator.requests()]
    return [path for path in paths if path.endswith(ending)]
