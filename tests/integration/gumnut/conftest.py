"""The simulated photo library, accounts of it, and the search for what must not be seen anywhere."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import timedelta
import logging
from typing import Any, cast

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors import http as http_module, load
from custom_components.video_analytics.vendors.budget import Pace
from custom_components.video_analytics.vendors.gumnut import moments as moments_module
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from ..accounts import set_up
from ..conftest import AddAccount
from ..secrecy import async_seen
from .photos import entry_data, people_subentry


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    """One service for the session."""
    simulator = Simulator.launch(vendor="gumnut")
    yield simulator
    simulator.stop()


@pytest.fixture
async def simulator(simulator_process: Simulator) -> Simulator:
    """The service as it starts; nobody adds photos unless a test says so."""
    await simulator_process.reset()
    await simulator_process.clear_faults()
    await simulator_process.quirks(photo_minutes=0)
    await simulator_process.forget_requests()
    return simulator_process


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the simulator no requests, and look for changes all the time."""
    monkeypatch.setattr(type(load("gumnut")), "pace", Pace(rate=200, burst=200))
    monkeypatch.setattr(http_module, "_CLOCK_ERROR", timedelta())
    for name in ("INTERVAL", "EAGER_INTERVAL", "_FIRST_RETRY", "_LAST_RETRY"):
        monkeypatch.setattr(moments_module, name, 0.1)
    monkeypatch.setattr("custom_components.video_analytics.coordinator._SOON", 0.05)


@pytest.fixture
async def library(simulator: Simulator) -> str:
    """The library's id."""
    (library,) = await simulator.libraries()
    return str(library["id"])


@pytest.fixture
async def people(simulator: Simulator) -> Mapping[str, str]:
    """Ids by name."""
    (library,) = await simulator.libraries()
    return cast(Mapping[str, str], library["people"])


@pytest.fixture
def anna(people: Mapping[str, str]) -> str:
    """Somebody whom the library knows."""
    return people["Anna Lindqvist"]


@pytest.fixture
async def add_account(hass: HomeAssistant, simulator: Simulator, library: str) -> AddAccount:
    """Return a function that adds the library to Home Assistant and sets it up; `people` are watched."""

    async def add(
        options: dict[str, Any] | None = None,
        expect: ConfigEntryState = ConfigEntryState.LOADED,
        people: Mapping[str, str] | None = None,
        **sign_in: Any,
    ) -> MockConfigEntry:
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Harbour House",
            unique_id=f"gumnut_{library}",
            data=entry_data(simulator, library, **sign_in),
            options=options or {},
            subentries_data=[people_subentry(people)] if people else [],
        )
        return await set_up(hass, entry, expect)

    return add


@pytest.fixture
async def entry(hass: HomeAssistant, add_account: AddAccount) -> AsyncIterator[MockConfigEntry]:
    """Set the library up, and leave no connections behind."""
    entry = await add_account()
    yield entry
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def client(entry: MockConfigEntry, hass_client: ClientSessionGenerator) -> TestClient[Any, Any]:
    """Somebody who is signed in."""
    return await hass_client()


@pytest.fixture
def path(entry: MockConfigEntry) -> Callable[[str], str]:
    """Return a function that returns the path of what there is of an id."""
    return lambda what: f"/api/{DOMAIN}/{entry.entry_id}/photo/{what}"


@pytest.fixture(autouse=True)
async def nothing_secret_is_seen(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[None]:
    """Search all that a test made Home Assistant log, show and store for keys and signed addresses."""
    logging.getLogger("custom_components.video_analytics").setLevel(logging.DEBUG)
    yield
    marks = [simulator.credentials["key"], "/media/asset_", "/media/face_"]
    seen = await async_seen(hass, hass_storage, caplog)
    names = [name for library in await simulator.libraries() for name in cast(Mapping[str, str], library["people"])]
    assert [(where, mark) for where, text in seen.items() for mark in marks if mark in text] == []
    assert [name for name in names if name in seen["logged"]] == []
