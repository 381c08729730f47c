"""How tests act on photos, and what they look at afterwards."""

from typing import Any, cast

import aiohttp
import pytest

from custom_components.video_analytics.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.simulator.client import Simulator

from ...events.acting import act

NOBODY = "person_nobody"
NO_PHOTO = "asset_nothing"


async def found(hass: HomeAssistant, target: dict[str, Any] | None = None, **fields: Any) -> list[dict[str, Any]]:
    """Return the photos that are found."""
    return cast(list[dict[str, Any]], (await act(hass, "find_assets", target or {}, **fields))["assets"])


async def failed(
    hass: HomeAssistant, action: str, target: dict[str, Any] | None = None, **fields: Any
) -> tuple[str, str, bool]:
    """Run an action that fails; return the key of the text, the text, and whether it is bad input."""
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, action, target or {}, **fields)
    assert caught.value.translation_domain == DOMAIN
    return str(caught.value.translation_key), str(caught.value), isinstance(caught.value, ServiceValidationError)


async def writes(simulator: Simulator) -> list[str]:
    """Return what was asked for that is not only read."""
    return [f"{each['method']} {each['path']}" for each in await simulator.requests() if each["method"] != "GET"]


async def ask(simulator: Simulator, path: str, *, method: str = "GET", **query: str) -> dict[str, Any]:
    """Ask the service itself, as its user does; of what is posted nothing is said."""
    headers = {"Authorization": f"Bearer {simulator.credentials['key']}"}
    async with (
        aiohttp.ClientSession() as session,
        session.request(
            method, f"{simulator.url}{path}", params=query, headers=headers, json={} if method == "POST" else None
        ) as answer,
    ):
        assert answer.ok, await answer.text()
        return cast(dict[str, Any], await answer.json())


async def people_of(simulator: Simulator, library: str | None = None) -> set[str]:
    """Return the ids of the people in a library, the first if none is named."""
    libraries = cast(list[dict[str, Any]], await simulator.libraries())
    (found, *_) = (each for each in libraries if library in (None, each["id"]))
    return {*found["people"].values()}


async def count(simulator: Simulator) -> int:
    """Return how many photos the first library has."""
    return len(cast(list[dict[str, Any]], await simulator.libraries())[0]["photos"])
