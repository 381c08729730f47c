"""What tests say about the simulated system."""

from collections import Counter
from typing import Any
from uuid import uuid5

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.simulator.client import Simulator
from tests.simulator.world.places import NAMESPACE

SYSTEM = str(uuid5(NAMESPACE, "eocortex/system/1"))
FIRST, SECOND = "cd81195c-9c0e-42f0-8535-c55af9c35161", "9162138b-046a-48ed-82ed-6c6c7f6a52ba"
"""The ids of the servers."""


def entry_data(simulator: Simulator, **sign_in: Any) -> dict[str, Any]:
    """Return a config entry's data for the system."""
    defaults = {"url": simulator.url, "user_type": "internal", "verify_tls": True, **simulator.credentials}
    return {"vendor": "eocortex", "account_id": SYSTEM, "proof": None, "sign_in": defaults | sign_in}


def form(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    """Return what a person enters to sign in."""
    advanced = {"user_type": "internal", "verify_tls": True}
    advanced |= {key: changes.pop(key) for key in tuple(changes) if key in advanced}
    return {"url": simulator.url, **simulator.credentials, **changes, "advanced": advanced}


def find_of_server(hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str, server: str = FIRST) -> str:
    """Return the id of an entity of a server."""
    unique_id = f"{entry.unique_id}_server_{server}_{key}"
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
    assert found is not None, f"there is no {platform} {key}"
    return found


def state_of_server(hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str, server: str = FIRST) -> str:
    """Return the state of an entity of a server."""
    state = hass.states.get(find_of_server(hass, entry, platform, key, server))
    assert state is not None
    return state.state


def cameras_of(rows: list[dict[str, Any]], server: str) -> list[str]:
    """Return the ids of the cameras of a server, of rows as the simulator lists them."""
    return [str(row["Id"]) for row in rows if row["AttachedToServer"] == server]


async def asked(simulator: Simulator) -> Counter[tuple[str, str]]:
    """Return how often each server was asked for what since the last time."""
    requests = await simulator.requests()
    await simulator.forget_requests()
    return Counter((str(request["server"]), f"{request['method']} {request['path']}") for request in requests)
