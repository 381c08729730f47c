"""Every example of the vendor's page, driven through the client."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.video_analytics.vendors.faceter import wire
from custom_components.video_analytics.vendors.faceter.client import FaceterClient, Sort
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.server import Server, body, consume, json

from .examples import NAMES, example

CAMERA = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
EVENT = "7fa85f64-5717-4562-b3fc-2c963f66afa1"
VIDEO = "9fa85f64-5717-4562-b3fc-2c963f66afa2"
AUDIO = "afa85f64-5717-4562-b3fc-2c963f66afa3"
CLIP = b"\x00\x00\x00\x18ftypmp42 a clip"
EIGHT = datetime(2026, 4, 10, 8, tzinfo=UTC)
TWO_MINUTES = timedelta(minutes=2)

ENTRANCE = wire.Camera(
    id=CAMERA,
    title="Entrance Camera",
    preview_url="https://example.com/preview.jpg",
    live_rtsp_url="rtsp://example.com/live",
    live_hls_url="https://example.com/live.m3u8",
    archive_days=30,
    is_online=True,
    last_online_date=datetime(2026, 4, 10, 9, tzinfo=UTC),
    camera_model="Model X",
    platform="Embedded",
    serial_number="ABC123",
    firmware_version="1.0.0",
    is_archive_granted=True,
    is_audio_granted=True,
    temp_access_expiry_date=datetime(2026, 4, 20, 9, tzinfo=UTC),
    location=wire.Location(id="loc-1", title="Main Office", room=wire.Room(id="room-1", title="Hall")),
)


@dataclass(frozen=True)
class Call:
    """A call of the client, and what it makes of the example's answer."""

    call: Callable[[FaceterClient], Awaitable[Any]]
    result: Any
    read: Callable[[Any], Any] = lambda answer: answer


CALLS = {
    "validate_key": Call(lambda client: client.validate_key(), True),
    "camera": Call(lambda client: client.camera(CAMERA), ENTRANCE, lambda row: wire.Camera.read(row, "camera")),
    "cameras": Call(
        lambda client: client.cameras(), [ENTRANCE], lambda rows: [wire.Camera.read(row, "camera") for row in rows]
    ),
    "events": Call(
        lambda client: client.events(
            CAMERA,
            start=datetime(2026, 4, 1, tzinfo=UTC),
            end=datetime(2026, 4, 10, tzinfo=UTC),
            types=["Motion"],
            sort=Sort.DESCENDING,
            limit=100,
        ),
        wire.Events(
            items=(
                wire.Event(
                    id=EVENT,
                    camera_id=CAMERA,
                    type="Motion",
                    start_time=EIGHT,
                    end_time=EIGHT + timedelta(minutes=1),
                    preview_url="https://example.com/event-preview.jpg",
                    merged_events_count=2,
                    attributes={"confidence": "0.98"},
                ),
            ),
            has_more=False,
        ),
    ),
    "create_event": Call(
        lambda client: client.create_event(
            CAMERA,
            event_id=EVENT,
            event_type="Motion",
            start=EIGHT,
            end=EIGHT + timedelta(minutes=1),
            instant=False,
            grid=wire.Grid(rows=3, cols=3, cells=(1, 0, 0, 1, 1, 0, 0, 0, 1)),
            attributes={"confidence": "0.98"},
            snapshot="base64-or-url",
            object_snapshot="base64-or-url",
        ),
        None,
    ),
    "recordings": Call(
        lambda client: client.recordings(CAMERA), (wire.Recording(start_date=EIGHT, duration_seconds=300),)
    ),
    "clip": Call(lambda client: consume(client.clip(CAMERA, EIGHT, timedelta(seconds=60))), CLIP),
    "start_export": Call(
        lambda client: client.start_export(
            CAMERA, EIGHT, TWO_MINUTES, audio=True, callback="https://example.com/webhook"
        ),
        wire.Export(export_id=VIDEO, status="Queued"),
    ),
    "export": Call(
        lambda client: client.export(CAMERA, VIDEO),
        wire.Export(
            export_id=VIDEO,
            status="Completed",
            url="https://example.com/archive.mp4",
            preview_url="https://example.com/archive-preview.jpg",
            error_message=None,
            created_at=EIGHT,
            completed_at=EIGHT + TWO_MINUTES,
        ),
    ),
    "start_audio_export": Call(
        lambda client: client.start_audio_export(CAMERA, EIGHT, TWO_MINUTES, callback="https://example.com/webhook"),
        wire.Export(export_id=AUDIO, status="Queued"),
    ),
    "audio_export": Call(
        lambda client: client.audio_export(CAMERA, AUDIO),
        wire.Export(
            export_id=AUDIO,
            status="Completed",
            url="https://example.com/audio.mp3",
            preview_url=None,
            error_message=None,
            created_at=EIGHT,
            completed_at=EIGHT + TWO_MINUTES,
        ),
    ),
}


@pytest.mark.parametrize("name", NAMES)
async def test_the_vendors_example(http: Http, server: Server, name):
    request, response = example(name).request, example(name).response
    key = request["headers"]["X-Integration-Key"]
    client = FaceterClient(http, server.url / "integration-api", Secret(key))
    if name == "clip":
        server.answer(body(CLIP, headers={"Content-Type": "video/mp4"}))
    elif "body" in response:
        server.answer(json(response["body"], response["status"]))
    else:
        server.answer(body(status=response["status"]))

    result = CALLS[name].read(await CALLS[name].call(client))

    assert result == CALLS[name].result
    (sent,) = server.requests
    assert sent.method == request["method"]
    assert sent.path == request["path"]
    assert sorted(sent.query) == sorted(request.get("query", {}).items())
    assert sent.headers.getall("X-Integration-Key") == [key]
    if "body" in request:
        assert sent.json == request["body"]
        assert sent.headers["Content-Type"] == "application/json"
    else:
        assert sent.body == b""
        assert "Content-Type" not in sent.headers


def test_every_example_and_every_call_is_tested():
    assert set(NAMES) == set(CALLS)
    methods = {name for name, value in vars(FaceterClient).items() if callable(value) and not name.startswith("_")}
    assert methods == set(CALLS)


def test_everything_of_a_camera_is_read_that_is_documented_how_to_use():
    aliases = {field.metadata.get("alias", field.name) for field in fields(wire.Camera)}
    left_out = {"deviceId", "archiveApiToken", "archiveApiUrl", "applicationVersion", "isOwner", "isFullAccess"}
    assert aliases | left_out == set(example("camera").response["body"])
