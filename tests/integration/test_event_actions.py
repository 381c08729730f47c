"""Events written into a camera's timeline and read from it."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
import logging
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import aiohttp
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors.faceter.events import KINDS
from homeassistant.auth.const import GROUP_ID_READ_ONLY
from homeassistant.components.image import ImageEntity
from homeassistant.components.image.const import DATA_COMPONENT
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.simulator.client import Simulator

from .accounts import find, key_of
from .conftest import AddAccount

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


@pytest.fixture
def allowed(hass: HomeAssistant, tmp_path: Path) -> Path:
    """A folder that Home Assistant may read."""
    folder = tmp_path / "allowed"
    folder.mkdir()
    hass.config.allowlist_external_dirs = {str(folder)}
    return folder


@pytest.fixture
async def second_stream(hass: HomeAssistant, front_door: str) -> str:
    """Another entity of the front door's device."""
    registry = er.async_get(hass)
    main = registry.async_get(front_door)
    assert main
    return registry.async_get_or_create(
        "camera",
        DOMAIN,
        main.unique_id.removesuffix("camera") + "sub_stream",
        config_entry=hass.config_entries.async_get_entry(str(main.config_entry_id)),
        device_id=main.device_id,
    ).entity_id


def device_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the device of an entity."""
    entity = er.async_get(hass).async_get(entity_id)
    assert entity
    assert entity.device_id
    return entity.device_id


# Writing


async def test_an_event_is_written_with_all_its_fields(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    event_id = str(uuid4())
    event = await written(
        hass,
        simulator,
        front_door,
        kind="pet",
        start="2026-09-01T10:00:00+02:00",
        end="2026-09-01T10:00:30+02:00",
        event_id=event_id,
        attributes={"animal": "fox", "weight": 4.5, "legs": 4, "tame": False},
        grid=[[0, 1, 1], [0, 0, 1]],
        instant=False,
        object_picture_base64=b64encode(JPEG).decode(),
    )
    assert event["id"] == event_id
    assert event["type"] == "Pet"
    assert event["startTime"] == "2026-09-01T08:00:00Z"
    assert event["endTime"] == "2026-09-01T08:00:30Z"
    assert event["attributes"] == [{"animal": "fox", "weight": "4.5", "legs": "4", "tame": "false"}]
    assert await picture_of(event) == JPEG


async def test_an_event_needs_nothing_but_a_camera(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    event = await written(hass, simulator, front_door)
    assert event["type"] == "Custom"
    assert abs(datetime.fromisoformat(event["startTime"]) - datetime.now(UTC)) < timedelta(seconds=5)
    assert event["endTime"] is None
    assert event["attributes"] == []
    assert event["previewUrl"] is None


async def test_nobody_has_to_want_the_response(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    fields = {"entity_id": front_door, "name": "Human", "kind": "pet", "instant": True}
    await hass.services.async_call(DOMAIN, "create_event", fields, blocking=True)
    events = (await timeline(simulator, datetime.now(UTC) - timedelta(seconds=5))).values()
    [instant] = [event for event in events if event["endTime"] == event["startTime"]]
    assert instant["type"] == "Human"


async def test_a_time_without_an_offset_is_local(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    await hass.config.async_set_time_zone("Asia/Yekaterinburg")
    event = await written(hass, simulator, front_door, start="2026-09-01 10:00:00")
    assert event["startTime"] == "2026-09-01T05:00:00Z"


async def test_every_kind_that_the_editor_offers_can_be_written(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    fields = (await async_get_all_descriptions(hass))[DOMAIN]["create_event"]["fields"]
    kinds = fields["kind"]["selector"]["select"]["options"]
    assert {kind.value for kind in KINDS.values()} == set(kinds)
    for kind in kinds:
        await act(hass, "create_event", front_door, kind=kind)


# Pictures


async def test_a_picture_of_a_camera(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    event = await written(hass, simulator, front_door, picture_entity=front_door)
    assert (await picture_of(event)).startswith(b"\xff\xd8\xff")


class _Image(ImageEntity):
    _attr_name = "Gate"

    def __init__(self, hass: HomeAssistant, content: bytes | None) -> None:
        super().__init__(hass)
        self._content = content

    async def async_image(self) -> bytes | None:
        return self._content


@pytest.mark.parametrize("content", [PNG, None])
async def test_a_picture_of_an_image(
    hass: HomeAssistant, simulator: Simulator, front_door: str, content: bytes | None
) -> None:
    image = _Image(hass, content)
    image._attr_content_type = "image/png"
    assert await async_setup_component(hass, "image", {})
    await hass.data[DATA_COMPONENT].async_add_entities([image])
    if content:
        event = await written(hass, simulator, front_door, picture_entity="image.gate")
        assert await picture_of(event) == content
        return
    with pytest.raises(HomeAssistantError, match=r"image\.gate gives no picture at present") as caught:
        await act(hass, "create_event", front_door, picture_entity="image.gate")
    assert caught.value.translation_key == "picture_entity_empty"


async def test_a_picture_from_a_file(hass: HomeAssistant, simulator: Simulator, front_door: str, allowed: Path) -> None:
    (allowed / "gate.jpg").write_bytes(JPEG)
    event = await written(hass, simulator, front_door, picture_file=str(allowed / "gate.jpg"))
    assert await picture_of(event) == JPEG


@pytest.mark.parametrize(
    "text",
    [
        b64encode(PNG).decode(),
        f"data:image/png;base64,{b64encode(PNG).decode()}",
        f"  {b64encode(PNG).decode()[:20]}\n{b64encode(PNG).decode()[20:]}\n",
    ],
)
async def test_a_picture_in_base64(hass: HomeAssistant, simulator: Simulator, front_door: str, text: str) -> None:
    event = await written(hass, simulator, front_door, picture_base64=text)
    assert await picture_of(event) == PNG


async def test_the_address_of_a_picture_is_the_vendors_to_open(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    address = "https://pictures.example.org/gate.jpg?token=a%2Fb"
    event = await written(hass, simulator, front_door, picture_url=address, object_picture_url="")
    assert event["previewUrl"] == address


async def test_a_picture_and_a_close_up_have_sources_of_their_own(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    event = await written(
        hass, simulator, front_door, picture_base64=b64encode(JPEG).decode(), object_picture_entity=front_door
    )
    assert await picture_of(event) == JPEG


@pytest.mark.parametrize(
    ("fields", "key", "text"),
    [
        ({"start": "2026-09-01 10:00", "end": "2026-09-01 09:00"}, "ends_before_it_starts", "end is before the start"),
        ({"end": "2026-01-01 09:00"}, "ends_before_it_starts", "end is before the start"),
        ({"event_id": "one"}, "refused", "has to be a UUID"),
        ({"kind": "seen"}, "refused", "seen cannot be written"),
        ({"name": "Hologram"}, "refused", "there are Motion, Human"),
        ({"attributes": {"names": ["Anna"]}}, "bad_attribute", "attribute names has to be text"),
        ({"attributes": {"nothing": None}}, "bad_attribute", "attribute nothing has to be text"),
        ({"grid": []}, "bad_grid", "rows of equal length"),
        ({"grid": [[]]}, "bad_grid", "rows of equal length"),
        ({"grid": [0, 1]}, "bad_grid", "rows of equal length"),
        ({"grid": [[0, 1], [0]]}, "bad_grid", "rows of equal length"),
        ({"grid": [[0, 2]]}, "bad_grid", "rows of equal length"),
        ({"grid": [["0", "1"]]}, "bad_grid", "rows of equal length"),
        ({"picture_entity": "camera.nowhere"}, "picture_entity_unknown", "There is no camera.nowhere"),
        ({"picture_file": "/etc/passwd"}, "path_not_allowed", "may not read /etc/passwd"),
        ({"picture_file": "/etc/\0"}, "path_not_allowed", "may not read"),
        ({"picture_file": "{allowed}/../secret.jpg"}, "path_not_allowed", "allowlist_external_dirs"),
        ({"picture_file": "{allowed}/link.jpg"}, "path_not_allowed", "allowlist_external_dirs"),
        ({"picture_file": "{allowed}/nothing.jpg"}, "no_such_file", "There is no file"),
        ({"picture_file": "{allowed}"}, "no_such_file", "There is no file"),
        ({"picture_file": "{allowed}/text.jpg"}, "not_a_picture", "What picture_file gives is not a picture"),
        ({"picture_file": "{allowed}/large.jpg"}, "picture_too_large", "picture_file is larger than 10 MB"),
        ({"picture_base64": "a"}, "bad_base64", "picture_base64 is not base64"),
        ({"picture_base64": "/9j/*"}, "bad_base64", "picture_base64 is not base64"),
        ({"picture_base64": "é"}, "bad_base64", "picture_base64 is not base64"),
        ({"object_picture_base64": "AAAA"}, "not_a_picture", "What object_picture_base64 gives is not a picture"),
        ({"picture_url": "ftp://pictures.example.org/a"}, "bad_picture_url", "picture_url is not the address"),
        ({"picture_url": "/local/gate.jpg"}, "bad_picture_url", "picture_url is not the address"),
        ({"picture_url": "http://[gate"}, "bad_picture_url", "picture_url is not the address"),
        (
            {"picture_url": "http://example.org/a.jpg", "picture_entity": "camera.nowhere"},
            "several_pictures",
            "one of these fields: picture_entity, picture_url",
        ),
    ],
)
async def test_bad_input_says_what_to_do_and_nothing_is_sent(
    hass: HomeAssistant,
    simulator: Simulator,
    front_door: str,
    allowed: Path,
    fields: dict[str, Any],
    key: str,
    text: str,
) -> None:
    (allowed.parent / "secret.jpg").write_bytes(JPEG)
    (allowed / "link.jpg").symlink_to(allowed.parent / "secret.jpg")
    (allowed / "text.jpg").write_text("not a picture")
    (allowed / "large.jpg").write_bytes(JPEG + bytes(10 << 20))
    fields = {
        name: value.replace("{allowed}", str(allowed)) if isinstance(value, str) else value
        for name, value in fields.items()
    }
    found, message = await refused(hass, "create_event", front_door, **fields)
    assert found == key
    assert text in message
    assert not [request for request in await simulator.requests() if request["method"] == "POST"]


async def test_a_file_that_cannot_be_read(
    hass: HomeAssistant, front_door: str, allowed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (allowed / "gate.jpg").write_bytes(JPEG)

    def deny(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    key, message = await refused(hass, "create_event", front_door, picture_file=str(allowed / "gate.jpg"))
    assert key == "file_unreadable"
    assert "Check the rights of the file" in message


async def test_a_camera_that_gives_no_picture_says_why(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    await simulator.fault("GET /media/preview", status=503)
    with pytest.raises(HomeAssistantError, match=r"gives no picture at present .*The server does not answer"):
        await act(hass, "create_event", front_door, picture_entity=front_door)


@pytest.mark.parametrize(
    "fields",
    [{"kind": "dragon"}, {"kinds": "person"}, {"picture_entity": "sun.sun"}, {"attributes": "none"}, {"grid": 1}],
)
async def test_what_is_no_such_field_at_all(hass: HomeAssistant, front_door: str, fields: dict[str, Any]) -> None:
    with pytest.raises(probatio.Invalid):
        await act(hass, "create_event", front_door, **fields)


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ({"status": 400}, "refused"),
        ({"status": 400, "body": "html"}, "rejected"),
        ({"status": 401}, "sign_in_failed"),
        ({"status": 403}, "not_permitted"),
        ({"status": 404}, "not_found"),
        ({"status": 429, "retry_after": 5}, "rate_limited"),
        ({"status": 503}, "unreachable"),
        ({"status": 200, "body": "cut"}, "unreachable"),
    ],
)
async def test_what_the_server_refuses_is_told(
    hass: HomeAssistant, simulator: Simulator, front_door: str, fault: dict[str, Any], key: str
) -> None:
    await simulator.fault("POST /v1/cameras/", **fault)
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "create_event", front_door)
    assert caught.value.translation_key == key


async def test_nothing_personal_is_logged(
    hass: HomeAssistant, simulator: Simulator, front_door: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    picture = b64encode(JPEG).decode()
    personal = {
        "attributes": {"name": "Anna Lindqvist"},
        "picture_base64": picture,
        "object_picture_url": "https://example.org/?token=hush",
    }
    await act(hass, "create_event", front_door, **personal)
    await simulator.fault("POST /v1/cameras/", status=400)
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "create_event", front_door, **personal)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("custom_components")]
    for text in (*ours, str(caught.value), repr(caught.value)):
        assert "Lindqvist" not in text
        assert picture not in text
        assert "hush" not in text


# Targets


async def test_a_device_with_two_streams_gets_one_event(
    hass: HomeAssistant, simulator: Simulator, front_door: str, second_stream: str
) -> None:
    device = device_of(hass, front_door)
    assert (await act(hass, "create_event", {"device_id": device})).keys() == {front_door}
    assert (await act(hass, "create_event", {"entity_id": [second_stream, front_door]})).keys() == {front_door}
    assert (await act(hass, "create_event", {"entity_id": second_stream, "device_id": device})).keys() == {
        second_stream
    }
    assert len([request for request in await simulator.requests() if request["method"] == "POST"]) == 3


async def test_areas_labels_and_everything_are_targets(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    cameras = await simulator.cameras()
    areas = ar.async_get(hass)
    garden = areas.async_get_or_create("Garden")
    device = device_of(hass, front_door)
    dr.async_get(hass).async_update_device(device, area_id=garden.id)
    er.async_get(hass).async_get_or_create("light", "hue", "1", suggested_object_id="lamp")
    er.async_get(hass).async_update_entity("light.lamp", area_id=garden.id)
    assert (await act(hass, "get_events", {"area_id": garden.id})).keys() == {front_door}

    everything = await act(hass, "get_events", "all", limit=1)
    assert len(everything) == len(cameras)
    assert await act(hass, "get_events", "none") == {}


async def test_one_id_cannot_stand_for_events_at_several_cameras(hass: HomeAssistant, front_door: str) -> None:
    key, message = await refused(hass, "create_event", "all", event_id=str(uuid4()))
    assert key == "event_id_of_several_cameras"
    assert "choose one camera" in message


@pytest.mark.parametrize("action", ["create_event", "get_events"])
async def test_targets_that_are_no_cameras_of_ours(
    hass: HomeAssistant, simulator: Simulator, front_door: str, action: str
) -> None:
    assert (await refused(hass, action, "camera.nowhere"))[0] == "unknown_camera"
    assert (await refused(hass, action, "light.lamp"))[0] == "unknown_camera"
    key, message = await refused(hass, action, {"device_id": "nowhere"})
    assert key == "unknown_target"
    assert "nowhere" in message

    empty = ar.async_get(hass).async_get_or_create("Cellar")
    assert (await refused(hass, action, {"area_id": empty.id}))[0] == "no_target_cameras"

    camera, *_ = await simulator.cameras()
    await simulator.remove_camera(str(camera["id"]))
    [entry] = hass.config_entries.async_entries(DOMAIN)
    await entry.runtime_data.coordinator.async_refresh()
    assert (await refused(hass, action, front_door))[0] == "unknown_camera"
    assert (await refused(hass, action, {"device_id": device_of(hass, front_door)}))[0] == "unknown_camera"

    er.async_get(hass).async_update_entity(front_door, disabled_by=er.RegistryEntryDisabler.USER)
    assert (await refused(hass, action, front_door))[0] == "unknown_camera"


@pytest.mark.parametrize("action", ["create_event", "get_events"])
async def test_an_account_that_is_not_connected(hass: HomeAssistant, front_door: str, action: str) -> None:
    [entry] = hass.config_entries.async_entries(DOMAIN)
    await hass.config_entries.async_unload(entry.entry_id)
    key, message = await refused(hass, action, front_door)
    assert key == "account_not_loaded"
    assert front_door in message
    assert (await refused(hass, action, {"device_id": device_of(hass, front_door)}))[0] == "account_not_loaded"


@pytest.mark.parametrize("action", ["create_event", "get_events"])
async def test_who_may_not_control_a_camera_may_not_do_this(hass: HomeAssistant, front_door: str, action: str) -> None:
    group = await hass.auth.async_get_group(GROUP_ID_READ_ONLY)
    assert group
    guest = MockUser(groups=[group]).add_to_hass(hass)
    device = device_of(hass, front_door)

    async def ask(user: str, **target: str) -> None:
        await hass.services.async_call(
            DOMAIN, action, target, blocking=True, return_response=True, context=Context(user_id=user)
        )

    with pytest.raises(Unauthorized):
        await ask(guest.id, entity_id=front_door)
    with pytest.raises(ServiceValidationError, match="None of the targets"):
        await ask(guest.id, device_id=device)
    with pytest.raises(UnknownUser):
        await ask("nobody", entity_id=front_door)


async def test_who_may_not_see_a_camera_may_not_send_its_picture(
    hass: HomeAssistant, front_door: str, second_stream: str
) -> None:
    guest = MockUser().add_to_hass(hass)
    guest.mock_policy({"entities": {"entity_ids": {second_stream: True}}})
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            "create_event",
            {"entity_id": second_stream, "picture_entity": front_door},
            blocking=True,
            context=Context(user_id=guest.id),
        )


async def test_systems_that_cannot(hass: HomeAssistant, front_door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    [entry] = hass.config_entries.async_entries(DOMAIN)
    account = entry.runtime_data.coordinator.account
    monkeypatch.setattr(account, "writer", None)
    monkeypatch.setattr(account, "history", None)
    key, message = await refused(hass, "create_event", front_door)
    assert (key, front_door in message) == ("events_not_writable", True)
    key, message = await refused(hass, "get_events", front_door)
    assert (key, front_door in message) == ("no_history", True)


# Reading


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
    await inject(
        simulator,
        camera,
        start,
        type="Face",
        endTime=(start + timedelta(seconds=4)).isoformat(),
        attributes=[{"name": "Anna Lindqvist", "group": "Family", "confidence": "0.91", "direction": "in"}],
    )
    await inject(
        simulator,
        camera,
        start + timedelta(seconds=10),
        type="LicensePlate",
        previewUrl=None,
        attributes=[{"plate": "а 123-вс 77"}],
    )
    period = {"start": start.isoformat(), "end": (start + timedelta(seconds=10)).isoformat(), "newest_first": False}
    events = (await act(hass, "get_events", front_door, **period))[front_door]["events"]
    face, plate = (event for event in events if event["attributes"].keys() & {"name", "plate"})
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


# Pictures of what was read


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
