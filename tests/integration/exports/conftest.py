"""An account whose exports are quick, with storage and media folder of its own."""

from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.video_analytics.exports import manager
from custom_components.video_analytics.vendors.budget import Pace
from custom_components.video_analytics.vendors.faceter import Faceter
from custom_components.video_analytics.vendors.faceter.account import FaceterAccount
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant
from tests.simulator.client import Simulator

from ..accounts import find
from ..conftest import AddAccount
from .exporting import Told


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, hass_storage: dict[str, Any]) -> None:
    """Look often, and try again soon."""
    monkeypatch.setattr(manager, "_FIRST_LOOK", 0.1)
    monkeypatch.setattr(manager, "_LONGEST_PAUSE", 0.5)
    monkeypatch.setattr(manager, "_RETRIES", (0.1, 0.2, 0.5))
    monkeypatch.setattr(manager, "_REFUSED_FOR", 0.5)
    monkeypatch.setattr(Faceter, "pace", Pace(rate=50, burst=50))


@pytest.fixture
def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return Home Assistant's media folder, which is empty and not even there yet."""
    folder = tmp_path / "media"
    hass.config.media_dirs = {"local": str(folder)}
    return folder


@pytest.fixture
def nothing_of_the_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the vendor have neither exports nor an archive."""
    make = FaceterAccount.__init__

    def make_without(self: FaceterAccount, *args: Any) -> None:
        make(self, *args)
        vars(self).update(exports=None, archive=None)

    monkeypatch.setattr(FaceterAccount, "__init__", make_without)


@pytest.fixture
async def account(simulator: Simulator, add_account: AddAccount, media: Path) -> MockConfigEntry:
    """Set the account up; exports are made at once."""
    await simulator.settings(export_queue_seconds=0, export_seconds=0)
    return await add_account()


@pytest.fixture
async def door(hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry) -> str:
    """Return the first camera, which may do everything."""
    camera, *_ = await simulator.cameras()
    await simulator.forget_requests()
    return find(hass, account, "camera", "camera", camera)


@pytest.fixture
def told(hass: HomeAssistant, account: MockConfigEntry) -> Told:
    """Return what the event entity has told so far, other than what it told before it was loaded again."""
    entity_id = find(hass, account, "event", "export")
    events: list[Event[Any]] = async_capture_events(hass, EVENT_STATE_CHANGED)

    def read() -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for event in events:
            state = event.data["new_state"]
            if event.data["entity_id"] == entity_id and state and state.state not in ("unknown", "unavailable"):
                found[state.state] = dict(state.attributes)
        return list(found.values())

    return read
