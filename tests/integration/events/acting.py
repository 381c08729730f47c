"""How tests act on events, and what they look at afterwards."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import aiohttp
import pytest
from yarl import URL

from custom_components.video_analytics.const import DOMAIN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from tests.simulator.client import Simulator

from ..accounts import key_of

type Event = dict[str, Any]

JPEG = b"\xff\xd8\xff\xe0 somebody at the gate"
PNG = b"\x89PNG\r\n\x1a\n the gate from above"
HOUR = timedelta(hours=1)


async def act(hass: HomeAssistant, action: str, target: str | dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Run an action and return its response."""
    targets = {"entity_id": target} if isinstance(target, str) else target
    response = await hass.services.async_call(
        DOMAIN, action, targets | fields, blocking=True, return_response=True, context=Context()
    )
    return cast(dict[str, Any], response)


async def refused(hass: HomeAssistant, action: str, target: str | dict[str, Any], **fields: Any) -> tuple[str, str]:
    """Run an action that is refused as bad input, and return the key of the text and the text."""
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, action, target, **fields)
    assert caught.value.translation_domain == DOMAIN
    return str(caught.value.translation_key), str(caught.value)


async def timeline(simulator: Simulator, since: datetime) -> dict[str, Event]:
    """Return what the vendor itself tells of the front door from a time on, by id."""
    camera, *_ = await simulator.cameras()
    query = {"startDate": since.isoformat(), "endDate": "2099-01-01T00:00:00Z", "sortOrder": "Asc", "limit": "1000"}
    url = URL(f"{simulator.url}/v1/cameras/{camera['id']}/events").with_query(query)
    headers = {"X-Integration-Key": key_of(simulator)}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return {event["id"]: event for event in (await answer.json())["items"]}


async def written(hass: HomeAssistant, simulator: Simulator, front_door: str, **fields: Any) -> Event:
    """Write an event at the front door, and return what the vendor made of it."""
    since = dt_util.parse_datetime(fields.get("start", "")) or datetime.now(UTC)
    response = await act(hass, "create_event", front_door, **fields)
    events = await timeline(simulator, dt_util.as_utc(since).replace(microsecond=0))
    return events[response[front_door]["event_id"]]


async def picture_of(event: Event) -> bytes:
    """Return the picture that an event has at the vendor."""
    async with aiohttp.ClientSession() as session, session.get(event["previewUrl"]) as answer:
        assert answer.status == 200
        return await answer.read()


def device_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the device of an entity."""
    entity = er.async_get(hass).async_get(entity_id)
    assert entity
    assert entity.device_id
    return entity.device_id


async def inject(simulator: Simulator, camera: object, start: datetime, count: int = 1, **fields: Any) -> list[str]:
    """Put events onto a camera's timeline, a second apart, and return their ids."""
    assert isinstance(camera, dict)
    return [
        await simulator.inject_event(
            str(camera["id"]),
            **{"type": "Custom", "startTime": (start + timedelta(seconds=number)).isoformat()} | fields,
        )
        for number in range(count)
    ]


async def custom(hass: HomeAssistant, target: str, **fields: Any) -> list[Event]:
    """Return a camera's events of the kind that never happens by itself."""
    return cast(list[Event], (await act(hass, "get_events", target, kinds="custom", **fields))[target]["events"])
