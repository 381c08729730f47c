"""How tests watch people, and what they look at."""

from typing import Any, cast

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.devices import person_identifier
from custom_components.video_analytics.names import normalised_name
from custom_components.video_analytics.people import SUBENTRY_PEOPLE, WatchedPeople
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.core import HomeAssistant, State
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er

type Result = dict[str, Any]

ANNA, MAREK = "Anna Lindqvist", "Marek Novak"
"""They walk about in the simulated world."""
KEYS = (
    ("sensor", "last_seen"),
    ("sensor", "last_seen_at"),
    ("event", "seen"),
    ("binary_sensor", "seen_recently"),
    ("image", "last_picture"),
)


async def open_form(hass: HomeAssistant, entry: MockConfigEntry, subentry: str | None = None) -> Result:
    """Begin to watch people, or to change who is watched."""
    context = {"source": SOURCE_RECONFIGURE, "subentry_id": subentry} if subentry else {"source": SOURCE_USER}
    return cast(
        Result,
        await hass.config_entries.subentries.async_init((entry.entry_id, SUBENTRY_PEOPLE), context=cast(Any, context)),
    )


async def fill_in(hass: HomeAssistant, form: Result, *names: str, **fields: Any) -> Result:
    """Fill in the form, and let the account reload."""
    values = {"people": list(names), "seen_recently": 5, **fields}
    result = await hass.config_entries.subentries.async_configure(form["flow_id"], values)
    await hass.async_block_till_done()
    return cast(Result, result)


async def watch(hass: HomeAssistant, entry: MockConfigEntry, *names: str, **fields: Any) -> str:
    """Watch people in a new subentry, and return its id."""
    before = set(entry.subentries)
    result = await fill_in(hass, await open_form(hass, entry), *names, **fields)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = set(entry.subentries) - before
    return subentry


def device_of(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> dr.DeviceEntry | None:
    """Return a person's device."""
    identifier = person_identifier(entry, normalised_name(name))
    device = dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)
    assert device is None or isinstance(device, dr.DeviceEntry)
    return device


def people_of(hass: HomeAssistant, entry: MockConfigEntry) -> set[str | None]:
    """Return the names of the people that have a device."""
    _, prefix = person_identifier(entry, "")
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {device.name for device in devices if next(iter(device.identifiers))[1].startswith(prefix)}


def find_of(hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str, name: str) -> str:
    """Return the id of a person's entity."""
    unique_id = f"{person_identifier(entry, normalised_name(name))[1]}_{key}"
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
    assert found is not None, f"{name} has no {platform} {key}"
    return found


def shown(hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str, name: str) -> State:
    """Return what a person's entity shows."""
    state = hass.states.get(find_of(hass, entry, platform, key, name))
    assert state is not None
    return state


def states_of(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> dict[str, str]:
    """Return the states of all of a person's entities."""
    return {key: shown(hass, entry, platform, key, name).state for platform, key in KEYS}


def watched(entry: MockConfigEntry) -> WatchedPeople:
    """Return the watched people of a set-up account."""
    people: WatchedPeople = entry.runtime_data.people
    return people
