"""Events of people: those who are watched by their devices, others by their ids."""

from datetime import UTC, datetime, timedelta
from typing import Any

import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.const import DOMAIN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
from tests.simulator.client import Simulator

from ...events.acting import HOUR, act, device_of
from ..site import find
from .acting import NOBODY, failed, without


async def see(simulator: Simulator, detector: str, person: str, count: int = 1, **fields: Any) -> datetime:
    """Let somebody be seen an hour ago, a second apart; return when first."""
    start = (datetime.now(UTC) - HOUR).replace(microsecond=0)
    for number in range(count):
        at = (start + timedelta(seconds=number)).isoformat()
        await simulator.inject_event(detector, person=person, at=at, **fields)
    return start


def starts(response: dict[str, Any], key: str) -> list[datetime]:
    """Return when events began."""
    return [datetime.fromisoformat(event["start"]) for event in response[key]["events"]]


async def test_events_of_a_watched_person(
    hass: HomeAssistant, simulator: Simulator, detector: str, anna: str, marek: str, seen: str
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    start = await see(simulator, detector, anna, confidence=0.91, picture=False)
    await see(simulator, detector, marek)
    response = await act(hass, "get_events", seen)
    assert list(response) == [seen]
    [event] = response[seen]["events"]
    assert datetime.fromisoformat(event["start"]) == start
    assert event | {"id": "", "start": "", "attributes": {}} == {
        "id": "",
        "kind": "seen",
        "name": None,
        "camera": None,
        "place": "Front door",
        "person": "Anna Lindqvist",
        "plate": None,
        "recognition": "known",
        "groups": ["Family"],
        "confidence": 0.91,
        "direction": None,
        "start": "",
        "end": None,
        "attributes": {},
        "picture": None,
        "picture_signed": None,
    }
    assert event["attributes"]["detector"] == "Front door"


async def test_all_pages_are_read_in_either_order(
    hass: HomeAssistant, simulator: Simulator, detector: str, ines: str, account: MockConfigEntry
) -> None:
    start = await see(simulator, detector, ines, 37, picture=False)
    times = [start + timedelta(seconds=number) for number in range(37)]
    await simulator.forget_requests()
    assert starts(await act(hass, "get_events", {"person": ines}), ines) == times[::-1]
    asked = [request for request in await simulator.requests() if ines in str(request["path"])]
    assert len(asked) == 4
    assert starts(await act(hass, "get_events", {"person": ines}, newest_first=False), ines) == times
    assert starts(await act(hass, "get_events", {"person": ines}, limit=12), ines) == times[:-13:-1]
    inside = {"start": times[3].isoformat(), "end": times[5].isoformat()}
    assert starts(await act(hass, "get_events", {"person": ines}, **inside), ines) == times[5:2:-1]
    assert starts(await act(hass, "get_events", {"person": ines}, kinds=["face"]), ines) == []


async def test_pictures_are_stored_on_request(
    hass: HomeAssistant,
    simulator: Simulator,
    detector: str,
    anna: str,
    seen: str,
    hass_client: ClientSessionGenerator,
) -> None:
    await see(simulator, detector, anna, 25)
    [*before] = (await act(hass, "get_events", seen))[seen]["events"]
    assert {event["picture"] for event in before} == {None}
    events = (await act(hass, "get_events", seen, pictures=True))[seen]["events"]
    assert [event["picture"] is not None for event in events] == [True] * 20 + [False] * 5
    client = await hass_client()
    response = await client.get(events[0]["picture"])
    assert response.status == 200
    assert (await response.read()).startswith(b"\xff\xd8\xff")


async def test_somebody_whom_nobody_watches(
    hass: HomeAssistant, simulator: Simulator, detector: str, ines: str, account: MockConfigEntry
) -> None:
    start = await see(simulator, detector, ines, picture=False)
    assert starts(await act(hass, "get_events", {"person": f" {ines} "}), ines) == [start]
    named = {"person": ines, "config_entry_id": account.entry_id}
    assert starts(await act(hass, "get_events", named), ines) == [start]
    assert await act(hass, "get_events", {"person": NOBODY}) == {NOBODY: {"events": []}}


async def test_devices_areas_and_all_people_are_targets(
    hass: HomeAssistant, detector: str, account: MockConfigEntry, anna: str, seen: str, seen_marek: str
) -> None:
    device = device_of(hass, seen)
    assert (await act(hass, "get_events", {"device_id": device})).keys() == {seen}
    area = ar.async_get(hass).async_get_or_create("Harbour")
    dr.async_get(hass).async_update_device(device, area_id=area.id)
    assert (await act(hass, "get_events", {"area_id": area.id})).keys() == {seen}
    assert (await act(hass, "get_events", "all")).keys() == {seen, seen_marek}
    sensor = find(hass, account, "sensor", "last_seen", anna)
    assert (await act(hass, "get_events", sensor)).keys() == {sensor}
    assert (await act(hass, "get_events", {"entity_id": sensor, "device_id": device})).keys() == {sensor}
    assert await act(hass, "get_events", "none") == {}


async def test_whom_nobody_can_ask_for(hass: HomeAssistant, account: MockConfigEntry, anna: str, seen: str) -> None:
    with pytest.raises(probatio.Invalid):
        await act(hass, "get_events", {})
    for wrong in ("", " ", "a/b", "..\n"):
        key, message = await failed(hass, "get_events", {"person": wrong})
        assert key == "bad_id", wrong
        assert "is not an ID of the system" in message
    assert (await failed(hass, "get_events", {"person": anna, "entity_id": seen}))[0] == "person_or_target"
    await hass.config_entries.async_unload(account.entry_id)
    assert (await failed(hass, "get_events", seen))[0] == "account_not_loaded"


async def test_a_missing_permission_is_named(hass: HomeAssistant, simulator: Simulator, seen: str) -> None:
    await without(simulator, "Read Detections")
    key, message = await failed(hass, "get_events", seen)
    assert key == "permission_missing"
    assert "“Read Detections (Identities)”" in message


async def test_an_account_that_may_not_see_detections_says_so(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, seen: str
) -> None:
    vendor = account.runtime_data.coordinator.account
    vendor.history, vendor._refusals = None, {"moments": "the permission Read Detections (Identities) is missing"}
    key, message = await failed(hass, "get_events", seen)
    assert key == "not_permitted"
    assert "Read Detections (Identities)" in message
    vendor._refusals = {}
    assert (await failed(hass, "get_events", seen))[0] == "not_offered"


async def test_only_who_may_control_all_entities_asks_by_id(
    hass: HomeAssistant,
    simulator: Simulator,
    ines: str,
    account: MockConfigEntry,
    seen: str,
    hass_read_only_user: MockUser,
) -> None:
    assert await async_setup_component(hass, "auth", {})
    for target in ({"person": ines}, {"entity_id": seen}):
        with pytest.raises(Unauthorized):
            await hass.services.async_call(
                DOMAIN,
                "get_events",
                target,
                blocking=True,
                return_response=True,
                context=Context(user_id=hass_read_only_user.id),
            )
    with pytest.raises(UnknownUser):
        await hass.services.async_call(
            DOMAIN,
            "get_events",
            {"person": ines},
            blocking=True,
            return_response=True,
            context=Context(user_id="nobody"),
        )
