"""The simulated site, accounts of it, and the search for what must not be seen anywhere."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors import load
from custom_components.video_analytics.vendors.budget import Pace
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.hurry import poll_in_a_hurry
from tests.simulator.client import Simulator

from ..accounts import set_up
from ..conftest import AddAccount
from ..hearing import hub_of, until
from ..secrecy import async_seen
from .site import PATIENCE, entry_data


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    """One server for the session."""
    simulator = Simulator.launch(vendor="econnect", cameras=8)
    yield simulator
    simulator.stop()


@pytest.fixture
async def simulator(simulator_process: Simulator) -> Simulator:
    """The server as it starts: every test gets the same world."""
    await simulator_process.refuse(False)
    await simulator_process.reset()
    await simulator_process.clear_faults()
    await simulator_process.forget_requests()
    return simulator_process


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the simulator no requests."""
    monkeypatch.setattr(type(load("econnect")), "pace", Pace(rate=200, burst=200))
    poll_in_a_hurry(monkeypatch, 0.1)
    monkeypatch.setattr("custom_components.video_analytics.coordinator._SOON", 0.05)
    # The simulator works out the past when it is asked for.
    monkeypatch.setattr("custom_components.video_analytics.moments.backfill._PERIOD_OF_PEOPLE", timedelta(hours=1))


@pytest.fixture
async def add_account(hass: HomeAssistant, simulator: Simulator) -> AddAccount:
    """Return a function that adds the server to Home Assistant and sets it up."""

    async def add(
        options: dict[str, Any] | None = None, expect: ConfigEntryState = ConfigEntryState.LOADED, **sign_in: Any
    ) -> MockConfigEntry:
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="eConnect 127.0.0.1",
            unique_id="econnect_harbour",
            data=entry_data(simulator, **sign_in),
            options=options or {},
        )
        return await set_up(hass, entry, expect)

    return add


@pytest.fixture
async def entry(hass: HomeAssistant, add_account: AddAccount) -> AsyncIterator[MockConfigEntry]:
    """Set the account up, and leave no connections behind."""
    entry = await add_account()
    yield entry
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def people(simulator: Simulator) -> Mapping[str, str]:
    """Ids by name."""
    return {str(person["name"]): str(person["id"]) for person in await simulator.people()}


@pytest.fixture
def anna(people: Mapping[str, str]) -> str:
    """Somebody whom the server knows."""
    return people["Anna Lindqvist"]


@pytest.fixture
def marek(people: Mapping[str, str]) -> str:
    """Somebody else."""
    return people["Marek Novak"]


@pytest.fixture
async def detector(simulator: Simulator) -> str:
    """A detector at which nobody walks by unless a test says so."""
    for camera in await simulator.cameras():
        await simulator.remove_camera(str(camera["id"]))
    return await simulator.add_camera(name="Front door")


async def listening(entry: MockConfigEntry) -> None:
    """Wait until everybody who is watched is asked for, and was looked up in the history."""
    people = entry.runtime_data.people.persons.keys()
    memory = hub_of(entry)._memory
    await until(lambda: memory.watermark and people <= memory.watermark.positions.keys(), PATIENCE)
    await until(lambda: people <= memory.filled_people, PATIENCE)


@pytest.fixture(autouse=True)
async def nothing_secret_is_seen(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[None]:
    """Search all that a test made Home Assistant log, show and store for passwords, tokens and addresses of webhooks."""
    logging.getLogger("custom_components.video_analytics").setLevel(logging.DEBUG)
    yield
    hooks = [entry.data.get("webhook_id", "") for entry in hass.config_entries.async_entries(DOMAIN)]
    marks = [mark for mark in ("eyJhbGciOi", simulator.credentials["password"], "rotated-", *hooks) if mark]
    seen = await async_seen(hass, hass_storage, caplog)
    names = [str(person["name"]) for person in await simulator.people() if person["name"]]
    assert [(where, mark) for where, text in seen.items() for mark in marks if mark in text] == []
    assert [name for name in names if name in seen["logged"]] == []
