"""What tests say about the simulated account."""

from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.simulator.client import Simulator

ACCOUNT_ID = "account-1"


def key_of(simulator: Simulator) -> str:
    """Return the account's integration key."""
    return simulator.credentials["key"]


async def entry_data(simulator: Simulator) -> dict[str, Any]:
    """Return a config entry's data for the simulator's account."""
    cameras = await simulator.cameras()
    return {
        "vendor": "faceter",
        "account_id": ACCOUNT_ID,
        "proof": sorted(str(camera["id"]) for camera in cameras),
        "sign_in": {"key": key_of(simulator), "url": simulator.url, "verify_tls": True},
    }


async def set_up(
    hass: HomeAssistant, entry: MockConfigEntry, expect: ConfigEntryState = ConfigEntryState.LOADED
) -> MockConfigEntry:
    """Add an account to Home Assistant, and set it up."""
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is expect
    return entry


def form(simulator: Simulator, key: str | None = None, url: str | None = None) -> dict[str, Any]:
    """Return what a person enters to sign in."""
    return {"key": key or key_of(simulator), "advanced": {"url": url or simulator.url, "verify_tls": True}}


def find(hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str, camera: object = None) -> str:
    """Return the id of an entity: of a camera (its row at the vendor, or its id), or of the account."""
    camera_id = camera["id"] if isinstance(camera, dict) else camera
    parts = [entry.unique_id or "", *(("camera", str(camera_id)) if camera_id else ()), key]
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, "_".join(parts))
    assert found is not None, f"there is no {platform} {key}"
    return found


def state_of(hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str, camera: object = None) -> str:
    """Return the state of an entity."""
    state = hass.states.get(find(hass, entry, platform, key, camera))
    assert state is not None
    return state.state
