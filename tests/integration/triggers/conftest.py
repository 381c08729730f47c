"""A vendor with cameras that recognize faces and read plates, and automations."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors.models.state import Feature
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant

from ..invented import KEY, SIGN_IN, STATE, Invented, InventedHistory, InventedMoments
from .automating import Automations

type AddSystem = Callable[..., Awaitable[MockConfigEntry]]

FEATURES = frozenset({Feature.LIVE, Feature.DETECTIONS, Feature.EVENT_PICTURES, Feature.FACES, Feature.PLATES})


@pytest.fixture
def source(invented: Invented) -> InventedMoments:
    """Give the vendor moments, and two cameras at which everything may happen."""
    invented.moments, invented.history = InventedMoments(), InventedHistory()
    cameras = {key: replace(camera, supports=FEATURES, online=True) for key, camera in STATE.cameras.items()}
    cameras["c1"] = replace(cameras["c1"], places=("Head office", "Ground floor"))
    invented.state = replace(STATE, cameras=cameras)
    return invented.moments


@pytest.fixture
def automations(hass: HomeAssistant) -> Automations:
    """Return a place to write automations."""
    return Automations(hass)


@pytest.fixture
def add_system(hass: HomeAssistant, source: InventedMoments) -> AddSystem:
    """Return a function that sets one of the vendor's accounts up, by its number, with watched people."""

    async def add(number: int, *people: str) -> MockConfigEntry:
        data = {"vendor": KEY, "account_id": f"system-{number}", "proof": None, "sign_in": SIGN_IN}
        title, unique_id = f"System {number}", f"{KEY}_system-{number}"
        watched = ConfigSubentryData(
            subentry_type="people", title="People", unique_id=None, data={"people": [{"name": name} for name in people]}
        )
        entry = MockConfigEntry(
            domain=DOMAIN,
            title=title,
            unique_id=unique_id,
            data=data,
            subentries_data=[watched] if people else None,
        )
        entry.add_to_hass(hass)
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        return entry

    return add
