"""Events written into a camera's timeline."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
import logging
from pathlib import Path
from typing import Any
from uuid import uuid4

import probatio
import pytest

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors.faceter.events import KINDS
from homeassistant.components.image import ImageEntity
from homeassistant.components.image.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.setup import async_setup_component
from tests.simulator.client import Simulator

from .acting import JPEG, PNG, act, picture_of, refused, timeline, written


@pytest.fixture
def allowed(hass: HomeAssistant, tmp_path: Path) -> Path:
    """A folder that Home Assistant may read."""
    folder = tmp_path / "allowed"
    folder.mkdir()
    hass.config.allowlist_external_dirs = {str(folder)}
    return folder


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
    # People in front of the camera stay for a while.
    assert [event for event in events if event["type"] == "Human" and event["endTime"] == event["startTime"]]


async def test_a_time_without_an_offset_is_local(hass: HomeAssistant, simulator: Simulator, front_door: str) -> None:
    await hass.config.async_set_time_zone("Asia/Yekaterinburg")
    event = await written(hass, simulator, front_door, start="2026-09-01 10:00:00")
    assert event["startTime"] == "2026-09-01T05:00:00Z"


async def test_every_kind_that_the_editor_offers_can_be_written(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    fields = (await async_get_all_descriptions(hass))[DOMAIN]["create_event"]["fields"]
    kinds = [kind for kind in fields["kind"]["selector"]["select"]["options"] if kind != "external"]
    assert {kind.value for kind in KINDS.values()} == set(kinds)
    for kind in kinds:
        await act(hass, "create_event", front_door, kind=kind)


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
