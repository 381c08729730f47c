"""How tests act on people, and what they look at afterwards."""

from typing import Any, cast

import pytest

from custom_components.video_analytics.const import DOMAIN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.simulator.client import Simulator

from ...events.acting import act
from ..site import USER

NOBODY = "11111111-2222-3333-4444-555555555555"
JPEG = b"\xff\xd8\xff\xe0 somebody at the door"


async def do(hass: HomeAssistant, action: str, target: str | dict[str, Any], **fields: Any) -> None:
    """Run an action that has no response."""
    targets = {"entity_id": target} if isinstance(target, str) else target
    await hass.services.async_call(DOMAIN, action, targets | fields, blocking=True, context=Context())


async def failed(hass: HomeAssistant, action: str, target: str | dict[str, Any], **fields: Any) -> tuple[str, str]:
    """Run an action that fails, as bad input or otherwise, and return the key of the text and the text."""
    run = do if action == "set_tag" else act
    with pytest.raises(HomeAssistantError) as caught:
        await run(hass, action, target, **fields)
    assert caught.value.translation_domain == DOMAIN
    return str(caught.value.translation_key), str(caught.value)


async def without(simulator: Simulator, *permissions: str) -> None:
    """Take permissions from the user, at once."""
    await simulator.quirks(rights_of="user")
    users = cast(dict[str, Any], await simulator._ask("GET", "/users"))
    left = [name for name in users[USER]["permissions"] if name not in permissions]
    await simulator.permit(*left, username=USER)


async def kept(simulator: Simulator, person: str) -> dict[str, Any]:
    """Return what the server lists of somebody: id, name, tags, faces."""
    return next(known for known in await simulator.people() if known["id"] == person)


async def writes(simulator: Simulator) -> list[str]:
    """Return what was asked for that is not only read, but for signing in."""
    return [
        f"{request['method']} {request['path']}"
        for request in await simulator.requests()
        if request["method"] != "GET" and not str(request["path"]).endswith("/authenticate")
    ]
