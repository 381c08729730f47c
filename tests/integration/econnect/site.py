"""What tests say about the simulated site, and how they watch people there."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.devices import people_devices, person_identifier
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant, State
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from tests.simulator.client import Simulator

from ..people.watching import open_form

type Result = dict[str, Any]

USER = "home-assistant"
PATIENCE = 20.0
KEYS = (
    ("sensor", "last_seen"),
    ("sensor", "last_seen_at"),
    ("event", "seen"),
    ("binary_sensor", "seen_recently"),
    ("image", "last_picture"),
)
DISABLED = (("sensor", "confidence"), ("sensor", "tags"))


def account_id(simulator: Simulator) -> str:
    """Return what the server's account is known by."""
    return sha256(simulator.url.encode()).hexdigest()[:16]


def entry_data(simulator: Simulator, **sign_in: Any) -> dict[str, Any]:
    """Return a config entry's data for the server."""
    values = {"url": simulator.url, "verify_tls": True, **simulator.credentials, **sign_in}
    return {"vendor": "econnect", "account_id": "harbour", "proof": [], "sign_in": values}


def form(simulator: Simulator, **changes: Any) -> Result:
    """Return what a person enters to sign in."""
    verify = changes.pop("verify_tls", True)
    return {"url": simulator.url, **simulator.credentials, **changes, "advanced": {"verify_tls": verify}}


async def begin(hass: HomeAssistant) -> Result:
    """Choose the vendor."""
    flow = hass.config_entries.flow
    menu = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert "econnect" in menu["menu_options"]
    return cast(Result, await flow.async_configure(menu["flow_id"], {"next_step_id": "econnect"}))


async def submit(hass: HomeAssistant, result: Result, values: Result) -> Result:
    """Submit a form of the account."""
    submitted = await hass.config_entries.flow.async_configure(result["flow_id"], values)
    await hass.async_block_till_done()
    return cast(Result, submitted)


async def fill(hass: HomeAssistant, result: Result, **values: Any) -> Result:
    """Submit a form of the people."""
    submitted = await hass.config_entries.subentries.async_configure(result["flow_id"], values)
    await hass.async_block_till_done()
    return cast(Result, submitted)


async def look_for(
    hass: HomeAssistant, entry: MockConfigEntry, way: str, subentry: str | None = None, **values: Any
) -> Result:
    """Search for people, and return what is shown then."""
    menu = await open_form(hass, entry, subentry)
    assert menu["type"] is FlowResultType.MENU
    asked = await fill(hass, menu, next_step_id=way)
    return await fill(hass, asked, **values) if values else asked


async def watch(hass: HomeAssistant, entry: MockConfigEntry, *people: str, **fields: Any) -> str:
    """Watch people by their ids in one new subentry, and return its id."""
    before = set(entry.subentries)
    first, *rest = people
    result = await fill(hass, await look_for(hass, entry, "by_id", id=first), people=[first], seen_recently=5, **fields)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = set(entry.subentries) - before
    chosen = [first]
    for person in rest:
        chosen.append(person)
        found = await look_for(hass, entry, "by_id", subentry, id=person)
        result = await fill(hass, found, people=chosen, seen_recently=5, **fields)
        assert result["reason"] == "reconfigure_successful"
    return subentry


async def follow(hass: HomeAssistant, entry: MockConfigEntry, tag: str, **fields: Any) -> str:
    """Follow a tag by its name in a new subentry, and return its id."""
    before = set(entry.subentries)
    form = await look_for(hass, entry, "by_tag", tag=await tag_id(entry, tag), follow=True)
    assert form["step_id"] == "follow"
    result = await fill(hass, form, **{"most": 50, "seen_recently": 5, **fields})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = set(entry.subentries) - before
    return subentry


async def tag_id(entry: MockConfigEntry, name: str) -> str:
    """Return the id of a tag."""
    tags = await entry.runtime_data.coordinator.account.people.tags()
    return next(str(tag.id) for tag in tags if tag.name == name)


def find(hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str, person: str) -> str:
    """Return the id of a person's entity."""
    unique_id = f"{person_identifier(entry, person)[1]}_{key}"
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
    assert found is not None, f"there is no {platform} {key}"
    return found


def shown(hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str, person: str) -> State:
    """Return what a person's entity shows."""
    state = hass.states.get(find(hass, entry, platform, key, person))
    assert state is not None
    return state


def states(hass: HomeAssistant, entry: MockConfigEntry, person: str) -> dict[str, str]:
    """Return the states of a person's entities."""
    return {key: shown(hass, entry, platform, key, person).state for platform, key in KEYS}


def people_shown(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the ids of the people that have a device."""
    return {*people_devices(hass, entry)}


async def now_of(simulator: Simulator) -> datetime:
    """Return the server's time."""
    return datetime.fromisoformat(str((await simulator.state())["now"]))


async def see(simulator: Simulator, detector: str, person: str, seconds: float = 0, **fields: Any) -> datetime:
    """Let somebody be seen, so many seconds from the server's now; return when, as the server writes it."""
    at = (await now_of(simulator) + timedelta(seconds=seconds)).replace(microsecond=0)
    await simulator.inject_event(detector, person=person, at=at.isoformat(), **fields)
    return at
