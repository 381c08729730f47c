"""Events read from a camera's timeline."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import probatio
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors.faceter.events import KINDS
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.service import async_get_all_descriptions
from tests.simulator.client import Simulator

from ..accounts import find
from ..conftest import AddAccount
from .acting import HOUR, act, custom, inject, refused


async def test_all_pages_are_read(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    camera, *_ = await simulator.cameras()
    start = (datetime.now(UTC) - 3 * HOUR).replace(microsecond=0)
    ids = await inject(simulator, camera, start, 230)
    await simulator.forget_requests()

    found = await custom(hass, front_door, limit=1000)
    assert [event["id"] for event in found] == ids[::-1]
    assert len(await simulator.requests()) > 2
    found = await custom(hass, front_door, limit=1000, newest_first=False)
    assert [event["id"] for event in found] == ids


async def test_limit_and_order(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    camera, *_ = await simulator.cameras()
    ids = await inject(simulator, camera, (datetime.now(UTC) - HOUR).replace(microsecond=0), 60)
    assert [event["id"] for event in await custom(hass, front_door)] == ids[:9:-1]
    assert [event["id"] for event in await custom(hass, front_door, limit=3)] == ids[:-4:-1]
    assert [event["id"] for event in await custom(hass, front_door, limit=3, newest_first=False)] == ids[:3]


async def test_the_period(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    camera, *_ = await simulator.cameras()
    now, second = datetime.now(UTC).replace(microsecond=0), timedelta(seconds=1)
    old, *_ = await inject(simulator, camera, now - 30 * HOUR)
    young, *_ = await inject(simulator, camera, now - HOUR)

    async def ids(**fields: Any) -> list[str]:
        return [event["id"] for event in await custom(hass, front_door, **fields)]

    assert await ids() == [young]
    assert await ids(end=(now - 10 * HOUR).isoformat()) == [old]
    assert await ids(start=(now - HOUR).isoformat()) == [young]
    assert await ids(start=(now - 2 * HOUR).isoformat(), end=(now - HOUR).isoformat()) == [young]
    assert await ids(start=(now - 2 * HOUR).isoformat(), end=(now - HOUR - second).isoformat()) == []
    await hass.config.async_set_time_zone("Asia/Yekaterinburg")
    local = f"{now + 5 * HOUR - HOUR:%Y-%m-%d %H:%M:%S}"
    assert await ids(start=local, end=local) == [young]


async def test_kinds(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    response = await act(hass, "get_events", front_door, limit=200)
    kinds = {event["kind"] for event in response[front_door]["events"]}
    assert {"motion", "person", "face"} <= kinds
    response = await act(hass, "get_events", front_door, kinds=["person", "face"], limit=50)
    assert {event["kind"] for event in response[front_door]["events"]} == {"person", "face"}


async def test_the_fields_of_an_event(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    camera, *_ = await simulator.cameras()
    await hass.config.async_set_time_zone("Europe/Berlin")
    start = (datetime.now(UTC) - HOUR).replace(microsecond=0)
    ids = await inject(
        simulator,
        camera,
        start,
        type="Face",
        endTime=(start + timedelta(seconds=4)).isoformat(),
        attributes=[{"name": "Anna Lindqvist", "group": "Family", "confidence": "0.91", "direction": "in"}],
    )
    ids += await inject(
        simulator,
        camera,
        start + timedelta(seconds=10),
        type="LicensePlate",
        previewUrl=None,
        attributes=[{"plate": "а 123-вс 77"}],
    )
    period = {"start": start.isoformat(), "end": (start + timedelta(seconds=10)).isoformat(), "newest_first": False}
    events = (await act(hass, "get_events", front_door, **period))[front_door]["events"]
    face, plate = (event for event in events if event["id"] in ids)
    assert face | {"id": "", "picture": None} == {
        "id": "",
        "kind": "face",
        "name": "Face",
        "camera": camera["title"],
        "place": cast(Any, camera)["location"]["room"]["title"],
        "person": "Anna Lindqvist",
        "plate": None,
        "recognition": "known",
        "groups": ["Family"],
        "confidence": 0.91,
        "direction": "in",
        "start": face["start"],
        "end": face["end"],
        "attributes": {"name": "Anna Lindqvist", "group": "Family", "confidence": "0.91", "direction": "in"},
        "picture": None,
        "picture_signed": None,
    }
    assert face["start"].endswith(("+01:00", "+02:00"))
    assert datetime.fromisoformat(face["start"]) == start
    assert datetime.fromisoformat(face["end"]) == start + timedelta(seconds=4)
    assert plate["plate"] == "A123BC77"
    assert plate["person"] is None
    assert plate["end"] is None


async def test_an_event_that_was_written_is_read_again(hass: HomeAssistant, front_door: str) -> None:
    response = await act(hass, "create_event", front_door, attributes={"door": "open"})
    [event] = await custom(hass, front_door)
    assert event["id"] == response[front_door]["event_id"]
    assert event["attributes"] == {"door": "open"}


async def test_the_past_of_a_camera_that_is_offline(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    camera, *_ = await simulator.cameras()
    await simulator.patch_camera(str(camera["id"]), isOnline=False)
    entry = await add_account()
    entity_id = find(hass, entry, "camera", "camera", camera)
    state = hass.states.get(entity_id)
    assert state
    assert state.state == "unavailable"
    ids = await inject(simulator, camera, datetime.now(UTC) - HOUR)
    assert [event["id"] for event in await custom(hass, entity_id)] == ids


async def test_two_accounts_are_asked_at_once(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    cameras = await simulator.cameras()
    first = find(hass, await add_account(), "camera", "camera", cameras[0])
    second = find(hass, await add_account(account_id="account-2"), "camera", "camera", cameras[1])
    [of_first] = await inject(simulator, cameras[0], datetime.now(UTC) - HOUR)
    [of_second] = await inject(simulator, cameras[1], datetime.now(UTC) - HOUR)
    response = await act(hass, "get_events", {"entity_id": [first, second]}, kinds=["custom"])
    assert {entity_id: [event["id"] for event in found["events"]] for entity_id, found in response.items()} == {
        first: [of_first],
        second: [of_second],
    }


@pytest.mark.parametrize("fields", [{"limit": 0}, {"limit": 1001}, {"kinds": ["dragon"]}, {"start": "yesterday"}])
async def test_what_cannot_be_asked(hass: HomeAssistant, front_door: str, fields: dict[str, Any]) -> None:
    with pytest.raises(probatio.Invalid):
        await act(hass, "get_events", front_door, **fields)


async def test_a_period_that_ends_before_it_begins(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    for fields in ({"start": "2099-01-01"}, {"start": "2026-09-01 10:00", "end": "2026-09-01 09:00"}):
        key, message = await refused(hass, "get_events", front_door, **fields)
        assert key == "ends_before_it_starts"
        assert "Change one of them" in message
    assert await simulator.requests() == []


async def test_a_server_that_goes_half_way(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    cameras = await simulator.cameras()
    await simulator.fault(f"GET /v1/cameras/{cameras[3]['id']}/events", status=502)
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "get_events", "all", limit=1)
    assert caught.value.translation_key == "unreachable"
    await simulator.clear_faults()

    camera, *_ = cameras
    await simulator.fault(f"GET /v1/cameras/{camera['id']}/events", body="truncated_json")
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "get_events", front_door)
    assert caught.value.translation_key == "bad_answer"


async def test_pictures_are_fetched_once_and_can_be_opened(
    hass: HomeAssistant,
    simulator: Simulator,
    front_door: str,
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    camera, *_ = await simulator.cameras()
    await inject(simulator, camera, (datetime.now(UTC) - HOUR).replace(microsecond=0), 25)
    before = await custom(hass, front_door)
    assert {event["picture"] for event in before} == {None}

    await simulator.forget_requests()
    events = await custom(hass, front_door, pictures=True)
    assert [event["picture"] is not None for event in events] == [True] * 20 + [False] * 5
    assert [event["picture_signed"] is not None for event in events] == [True] * 20 + [False] * 5
    client, guest = await hass_client(), await hass_client_no_auth()
    for event in events[:20:5]:
        response = await client.get(event["picture"])
        assert response.status == 200
        assert (await response.read()).startswith(b"\xff\xd8\xff")
        assert (await guest.get(event["picture"])).status == 401
        assert (await guest.get(event["picture_signed"])).status == 200

    def fetched(requests: list[Any]) -> int:
        return sum("/media/events/" in request["path"] for request in requests)

    assert fetched(await simulator.requests()) == 20
    again = await custom(hass, front_door, pictures=True)
    assert [event["picture"] for event in again] == [event["picture"] for event in events]
    assert fetched(await simulator.requests()) == 20
    without = await custom(hass, front_door)
    assert [event["picture"] for event in without] == [event["picture"] for event in events]


async def test_an_event_without_its_picture_is_better_than_none(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    camera, *_ = await simulator.cameras()
    start = (datetime.now(UTC) - HOUR).replace(microsecond=0)
    await inject(simulator, camera, start, 3)
    await inject(simulator, camera, start + timedelta(minutes=1), previewUrl=None)

    async def has_picture() -> list[bool]:
        return [event["picture"] is not None for event in await custom(hass, front_door, pictures=True)]

    await simulator.fault("GET /media/events", status=503)
    await simulator.forget_requests()
    assert await has_picture() == [False] * 4
    assert sum("/media/events/" in str(request["path"]) for request in await simulator.requests()) == 1

    await simulator.clear_faults()
    await simulator.fault("GET /media/events", status=404)
    assert await has_picture() == [False] * 4

    await simulator.clear_faults()
    await simulator.fault("GET /media/events", body="html", times=1)
    assert await has_picture() == [False, False, True, True]


async def test_a_system_without_moments_has_no_pictures_of_them(
    hass: HomeAssistant, simulator: Simulator, front_door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera, *_ = await simulator.cameras()
    await inject(simulator, camera, datetime.now(UTC) - HOUR)
    [entry] = hass.config_entries.async_entries(DOMAIN)
    monkeypatch.setattr(entry.runtime_data.coordinator.account, "moments", None)
    [event] = await custom(hass, front_door, pictures=True)
    assert event["picture"] is None


async def test_the_editor_offers_kinds_that_exist(hass: HomeAssistant, front_door: str) -> None:
    actions = (await async_get_all_descriptions(hass))[DOMAIN]
    kinds = actions["get_events"]["fields"]["kinds"]["selector"]["select"]["options"]
    assert {kind.value for kind in KINDS.values()} | {"other"} <= set(kinds)
    await act(hass, "get_events", front_door, kinds=kinds, limit=1)
