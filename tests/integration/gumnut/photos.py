"""What tests say about the simulated photo library, and how they watch people in it."""

from collections.abc import Collection, Mapping
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.devices import person_identifier
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from tests.simulator.client import Simulator

from ..hearing import hub_of, until

ANNA = "Anna Lindqvist"
MAREK = "Marek Novak"
PLACE = "Harbour House, Hamburg, Germany"
PATIENCE = 20.0


def entry_data(simulator: Simulator, library: str, **sign_in: Any) -> dict[str, Any]:
    """Return a config entry's data for a library."""
    values = {"url": simulator.url, "verify_tls": True, **simulator.credentials, **sign_in}
    return {"vendor": "gumnut", "account_id": library, "proof": None, "sign_in": values}


def form(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    """Return what a person enters to sign in."""
    key, url = changes.get("key", simulator.credentials["key"]), changes.get("url", simulator.url)
    return {"key": key, "advanced": {"url": url, "verify_tls": True}}


def people_subentry(people: Mapping[str, str]) -> ConfigSubentryDataWithId:
    """Return a subentry that watches people, given as ids by name."""
    rows = [{"id": key, "name": name} for name, key in people.items()]
    return {
        "data": {"people": rows},
        "subentry_id": "people",
        "subentry_type": "people",
        "title": ", ".join(people),
        "unique_id": None,
    }


async def ready(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Wait until the account listens to changes, and everything that is looked at was asked for."""
    await until(lambda: hub_of(entry)._memory.watermark, PATIENCE)
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()


def find(hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str, person: str | None = None) -> str:
    """Return the id of an entity of the library, or of somebody in it."""
    device = person_identifier(entry, person)[1] if person else entry.unique_id
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, f"{device}_{key}")
    assert found is not None, f"there is no {platform} {key}"
    return found


def shown(hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str, person: str | None = None) -> State:
    """Return what an entity shows."""
    state = hass.states.get(find(hass, entry, platform, key, person))
    assert state is not None
    return state


def asked(requests: Collection[Any]) -> list[str]:
    """Return what was asked of the API, without pictures."""
    return [f"{row['method']} {row['path']}" for row in requests if not str(row["path"]).startswith("/media/")]
