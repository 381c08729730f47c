"""An account that watches two people, and what actions may read and write."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from ..site import account_id, entry_data, find


@pytest.fixture
def ines(people: Mapping[str, str], anna: str, marek: str) -> str:
    """Somebody whom the server knows and nobody watches."""
    return next(person for person in people.values() if person not in (anna, marek))


@pytest.fixture
async def account(hass: HomeAssistant, simulator: Simulator, anna: str, marek: str) -> AsyncIterator[MockConfigEntry]:
    """Set the account up, and leave no connections behind."""
    await simulator.quirks(images="stock")
    rows = [{"id": anna, "name": "Anna Lindqvist"}, {"id": marek, "name": "Marek Novak"}]
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="eConnect Harbour House",
        unique_id=f"econnect_{account_id(simulator)}",
        data=entry_data(simulator),
        subentries_data=[
            {
                "subentry_type": "people",
                "title": "Family",
                "unique_id": None,
                "data": {"people": rows, "seen_recently": 5},
            },
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
def detector(account: MockConfigEntry, detector: str) -> str:
    """A detector at which nobody walks by; only now, for an account that comes first finds its history sooner."""
    return detector


@pytest.fixture
def seen(hass: HomeAssistant, account: MockConfigEntry, anna: str) -> str:
    """The event entity of Anna."""
    return find(hass, account, "event", "seen", anna)


@pytest.fixture
def seen_marek(hass: HomeAssistant, account: MockConfigEntry, marek: str) -> str:
    """The event entity of Marek."""
    return find(hass, account, "event", "seen", marek)


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
async def nothing_written_is_logged(caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    """Search our log for what tests write about people."""
    yield
    logged = "\n".join(
        record.getMessage() for record in caplog.get_records("call") if record.name.startswith("custom_components")
    )
    assert [mark for mark in ("somebody at the door", "the window", "%PDF", "Pass") if mark in logged] == []
