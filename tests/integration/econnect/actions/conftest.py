"""A server and an account that watches two people."""

from collections.abc import AsyncIterator, Iterator, Mapping
import logging
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics import vendors
from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors.budget import Pace
from custom_components.video_analytics.vendors.econnect import VENDOR
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from .acting import entity_of


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


@pytest.fixture
async def people(simulator: Simulator) -> Mapping[str, str]:
    """Ids by name."""
    return {str(person["name"]): str(person["id"]) for person in await simulator.people()}


@pytest.fixture
def anna(people: Mapping[str, str]) -> str:
    """Somebody who is watched."""
    return people["Anna Lindqvist"]


@pytest.fixture
def marek(people: Mapping[str, str]) -> str:
    """Somebody else who is watched."""
    return people["Marek Novak"]


@pytest.fixture
def ines(people: Mapping[str, str], anna: str, marek: str) -> str:
    """Somebody whom the server knows and nobody watches."""
    return next(person for person in people.values() if person not in (anna, marek))


@pytest.fixture
async def account(
    hass: HomeAssistant, simulator: Simulator, anna: str, marek: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MockConfigEntry]:
    """Set the account up."""
    if "econnect" not in vendors.KEYS:
        monkeypatch.setattr(vendors, "KEYS", (*vendors.KEYS, "econnect"))
    monkeypatch.setattr(type(VENDOR), "pace", Pace(rate=200, burst=200))
    values = {"url": simulator.url, "verify_tls": True, **simulator.credentials}
    watched: dict[str, Any] = {
        "people": [{"id": person, "name": person} for person in (anna, marek)],
        "seen_recently": 5,
    }
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="eConnect Harbour House",
        unique_id="econnect_site",
        data={"vendor": "econnect", "account_id": "site", "proof": [], "sign_in": values},
        subentries_data=[
            {"subentry_type": "people", "title": "Anna, Marek", "unique_id": None, "data": watched},
        ],
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    await simulator.forget_requests()
    yield entry
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def seen(hass: HomeAssistant, account: MockConfigEntry, anna: str) -> str:
    """The event entity of Anna."""
    return entity_of(hass, account, "event", "seen", anna)


@pytest.fixture
def seen_marek(hass: HomeAssistant, account: MockConfigEntry, marek: str) -> str:
    """The event entity of Marek."""
    return entity_of(hass, account, "event", "seen", marek)


@pytest.fixture
def allowed(hass: HomeAssistant, tmp_path: Path) -> Path:
    """A folder that Home Assistant may read."""
    folder = tmp_path / "allowed"
    folder.mkdir()
    hass.config.allowlist_external_dirs = {str(folder)}
    return folder


@pytest.fixture
def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    """The media folder."""
    folder = tmp_path / "media"
    folder.mkdir()
    hass.config.media_dirs = {"local": str(folder)}
    return folder


@pytest.fixture(autouse=True)
async def nothing_personal_is_logged(
    simulator: Simulator, people: Mapping[str, str], caplog: pytest.LogCaptureFixture
) -> AsyncIterator[None]:
    """Search our log for names and for what tests write about people."""
    logging.getLogger("custom_components.video_analytics").setLevel(logging.DEBUG)
    yield
    logged = "\n".join(
        record.getMessage()
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.name.startswith("custom_components")
    )
    marks = [*filter(None, people), simulator.credentials["password"], "somebody at the door", "window", "%PDF"]
    assert [mark for mark in marks if mark in logged] == []
