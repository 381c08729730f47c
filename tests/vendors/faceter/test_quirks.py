"""Both readings of what the vendor's page leaves open, and shapes that its likely framework sends."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from custom_components.video_analytics.vendors.errors import BadAnswer, NotPermitted, SignInFailed, Unreachable
from custom_components.video_analytics.vendors.faceter import wire
from custom_components.video_analytics.vendors.faceter.client import FaceterClient, Sort
from tests.vendors.server import Server, body, consume, json

from .conftest import camera_row
from .examples import example

EIGHT = datetime(2026, 4, 10, 8, tzinfo=UTC)
TWO_MINUTES = timedelta(minutes=2)
EVENT = example("events").response["body"]["items"][0]
DONE = example("export").response["body"]
DONE_AUDIO = example("audio_export").response["body"]


async def events(client: FaceterClient, server: Server, answer, **query) -> wire.Events:
    """Ask for events and get this answer."""
    server.answer(json(answer))
    return await client.events("cam", start=EIGHT, end=EIGHT + timedelta(hours=1), **query)


@pytest.mark.parametrize(
    ("attributes", "read"),
    [
        ([{"confidence": "0.98"}], {"confidence": "0.98"}),
        ({"confidence": "0.98"}, {"confidence": "0.98"}),
        (None, {}),
        ([], {}),
        ({}, {}),
        ([{}], {}),
        ([{"confidence": "0.98"}, {"plate": "A123BC"}], {"confidence": "0.98", "plate": "A123BC"}),
        ([{"confidence": "0.98"}, {"confidence": "0.5", "count": 2}], {"confidence": "0.98", "count": 2}),
        (
            [{"key": "confidence", "value": "0.98"}, {"key": "plate", "value": None}],
            {"confidence": "0.98", "plate": None},
        ),
        ({"key": "confidence", "value": "0.98"}, {"confidence": "0.98"}),
        ([{"key": 7, "value": {"x": 1}}], {"7": {"x": 1}}),
        ([{"key": "garage", "door": "open"}], {"key": "garage", "door": "open"}),
        ([{"confidence": 0.98, "box": [1, 2]}], {"confidence": 0.98, "box": [1, 2]}),
    ],
)
async def test_attributes_in_every_reading(client, server, attributes, read):
    (event,) = (await events(client, server, {"items": [{**EVENT, "attributes": attributes}]})).items
    assert event.attributes == read


@pytest.mark.parametrize(
    "attributes", ["confidence", 0.98, True, ["confidence"], [None], [[]], [{"key": None, "value": 1}]]
)
async def test_attributes_that_are_none_are_a_bad_answer(client, server, attributes):
    with pytest.raises(BadAnswer):
        await events(client, server, {"items": [{**EVENT, "attributes": attributes}]})


@pytest.mark.parametrize("key", ["cameraId", "endTime", "previewUrl", "mergedEventsCount", "attributes"])
async def test_an_event_without_a_field(client, server, key):
    whole = (await events(client, server, {"items": [EVENT]})).items[0]
    without = (await events(client, server, {"items": [{k: v for k, v in EVENT.items() if k != key}]})).items[0]
    null = (await events(client, server, {"items": [{**EVENT, key: None}]})).items[0]
    assert without == null != whole
    assert (null.id, null.type, null.start_time) == (whole.id, whole.type, whole.start_time)


@pytest.mark.parametrize("key", ["id", "type", "startTime"])
async def test_an_event_without_its_identity_is_a_bad_answer(client, server, key):
    for event in ({k: v for k, v in EVENT.items() if k != key}, {**EVENT, key: None}):
        with pytest.raises(BadAnswer, match=r"^event: "):
            await events(client, server, {"items": [EVENT, event]})


async def test_an_event_of_a_kind_that_nobody_knows_yet(client, server):
    answer = await events(client, server, {"items": [{**EVENT, "type": "Smoke", "severity": 3}], "cursor": "x"})
    assert answer.items[0].type == "Smoke"


@pytest.mark.parametrize(
    ("answer", "has_more"),
    [
        ({"items": []}, False),
        ({"items": [], "hasMore": None}, False),
        ({"items": [], "hasMore": False}, False),
        ({"items": [], "hasMore": True}, True),
        ({"items": [], "hasMore": "true"}, True),
    ],
)
async def test_has_more(client, server, answer, has_more):
    assert await events(client, server, answer) == wire.Events(items=(), has_more=has_more)


@pytest.mark.parametrize(
    "answer", [{}, {"items": None}, {"items": "x"}, {"items": [1]}, [], {"items": [], "hasMore": 7}]
)
async def test_events_in_another_shape_are_a_bad_answer(client, server, answer):
    with pytest.raises(BadAnswer, match=r"^events: "):
        await events(client, server, answer)


async def test_several_types_are_repeated_keys_and_nothing_optional_is_sent_unasked(client, server):
    await events(client, server, {"items": []}, types=["Face", "LicensePlate"], merge_interval=30, limit=5)
    await events(client, server, {"items": []})
    period = (("startDate", "2026-04-10T08:00:00Z"), ("endDate", "2026-04-10T09:00:00Z"))
    chosen = (("eventTypes", "Face"), ("eventTypes", "LicensePlate"), ("mergeInterval", "30"), ("limit", "5"))
    assert server.requests[0].query == (*period, *chosen, ("sortOrder", "Asc"))
    assert server.requests[1].query == (*period, ("sortOrder", "Asc"))
    assert {sort.value for sort in Sort} == {"Asc", "Desc"}


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (EIGHT, "2026-04-10T08:00:00Z"),
        (EIGHT.astimezone(timezone(timedelta(hours=5, minutes=30))), "2026-04-10T08:00:00Z"),
        (EIGHT + timedelta(microseconds=250_000), "2026-04-10T08:00:00.250Z"),
    ],
)
async def test_times_are_sent_in_utc(client, server, moment, sent):
    server.answer(body(b"video"))
    await consume(client.clip("cam", moment, timedelta(seconds=1)))
    assert server.requests[0].query == (("startDate", sent), ("duration", "1"))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-04-10T08:00:00.1234567Z", EIGHT + timedelta(microseconds=123_456)),
        ("2026-04-10T11:00:00+03:00", EIGHT),
        ("2026-04-10T11:00:00.0000000+03:00", EIGHT),
        ("2026-04-10T08:00:00", EIGHT),
    ],
)
async def test_times_come_with_fractions_and_offsets(client, server, text, moment):
    (event,) = (await events(client, server, {"items": [{**EVENT, "startTime": text, "endTime": text}]})).items
    assert (event.start_time, event.end_time) == (moment, moment)
    server.answer(json([{"startDate": text, "durationSeconds": 5}]))
    assert (await client.recordings("cam"))[0].start_date == moment
    server.answer(json({**DONE, "createdAtUtc": text}))
    assert (await client.export("cam", "job")).created_at == moment
    camera = wire.Camera.read(camera_row(lastOnlineDate=text, tempAccessExpiryDate=text), "camera")
    assert (camera.last_online_date, camera.temp_access_expiry_date) == (moment, moment)


@pytest.mark.parametrize(("length", "sent"), [(0.2, 1), (1, 1), (59.5, 60), (60, 60), (86400, 86400)])
async def test_lengths_are_rounded_up_to_seconds(client, server, length, sent):
    server.answer(json({"exportId": "job", "status": "Queued"}, 202))
    await client.start_export("cam", EIGHT, timedelta(seconds=length), audio=False)
    await client.start_audio_export("cam", EIGHT, timedelta(seconds=length))
    video = {"startDate": "2026-04-10T08:00:00Z", "durationSeconds": sent, "audioEnabled": False}
    assert server.requests[0].json == video
    assert server.requests[1].json == {"startDate": "2026-04-10T08:00:00Z", "durationSeconds": sent}


async def test_a_new_event_sends_only_what_it_has(client, server):
    server.answer(body(status=204))
    await client.create_event("cam", event_id="e", event_type="Custom", start=EIGHT, instant=True)
    await client.create_event("cam", event_id="e", event_type="Custom", start=EIGHT, attributes={})
    smallest = {"eventId": "e", "eventType": "Custom", "startDate": "2026-04-10T08:00:00Z"}
    assert server.requests[0].json == {**smallest, "instant": True}
    assert server.requests[1].json == {**smallest, "instant": False, "attributes": {}}


async def test_a_new_event_may_be_answered_with_a_body(client, server):
    server.answer(json({"id": "e"}, 200))
    await client.create_event("cam", event_id="e", event_type="Custom", start=EIGHT)


@pytest.mark.parametrize("status", ["Queued", "InProgress", "Failed", "3", 3, ""])
async def test_any_export_status_passes(client, server, status):
    server.answer(json({"exportId": "job", "status": status, "percent": 4}))
    for export in (await client.export("cam", "job"), await client.audio_export("cam", "job")):
        assert export == wire.Export(export_id="job", status=str(status))


@pytest.mark.parametrize("done", [DONE, DONE_AUDIO], ids=["video", "audio"])
async def test_an_export_that_failed(client, server, done):
    nothing = dict.fromkeys([key for key in done if key.endswith("Url")])
    server.answer(json({**done, **nothing, "status": "Error", "errorMessage": "no such period"}))
    export = await client.export("cam", "job")
    assert (export.url, export.error_message, export.status) == (None, "no such period", "Error")
    assert export.completed_at == EIGHT + TWO_MINUTES


@pytest.mark.parametrize("other", [{"videoUrl": None}, {"videoUrl": ""}, {"previewUrl": None, "videoUrl": None}])
async def test_an_audio_export_that_also_lists_an_empty_video(client, server, other):
    server.answer(json({**DONE_AUDIO, **other}))
    assert (await client.audio_export("cam", "job")).url == "https://example.com/audio.mp3"


@pytest.mark.parametrize("key", ["exportId", "status"])
async def test_an_export_without_its_identity_is_a_bad_answer(client, server, key):
    server.answer(json({**DONE, key: None}))
    with pytest.raises(BadAnswer, match=r"^export: "):
        await client.export("cam", "job")


async def test_a_500_of_an_export_status_is_tried_again_and_that_of_a_start_is_not(client, server):
    server.answer(body(status=500), json(DONE))
    assert (await client.export("cam", "job")).status == "Completed"
    server.answer(body(status=500), json(DONE))
    with pytest.raises(Unreachable):
        await client.start_export("cam", EIGHT, timedelta(seconds=1), audio=True)


async def test_a_missing_right_to_an_export(client, server):
    server.answer(body(status=403))
    with pytest.raises(NotPermitted):
        await client.export("cam", "job")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (body(status=401), SignInFailed),
        (body(status=403), NotPermitted),
        (json({}), BadAnswer),
        (json({"isValid": None}), BadAnswer),
        (json({"isValid": "maybe"}), BadAnswer),
        (json([True]), BadAnswer),
        (json(True), BadAnswer),
        (body(b""), BadAnswer),
        (body(status=204), BadAnswer),
    ],
)
async def test_key_validation_that_fails(client, server, answer, error):
    server.answer(answer)
    with pytest.raises(error):
        await client.validate_key()


@pytest.mark.parametrize(("answer", "valid"), [(True, True), (False, False), ("true", True), ("False", False)])
async def test_key_validation(client, server, answer, valid):
    server.answer(json({"isValid": answer, "scope": "all"}))
    assert await client.validate_key() is valid


@pytest.mark.parametrize("answer", [None, {}, camera_row(), {"items": []}, "x", 1, [None], [[]], ["id"]])
async def test_a_camera_list_in_another_shape_is_a_bad_answer(client, server, answer):
    server.answer(json(answer))
    with pytest.raises(BadAnswer, match=r"^GET /v1/cameras: "):
        await client.cameras()


@pytest.mark.parametrize("answer", [None, [], [camera_row()], "x"])
async def test_a_camera_in_another_shape_is_a_bad_answer(client, server, answer):
    server.answer(json(answer))
    with pytest.raises(BadAnswer, match=r"^camera: "):
        await client.camera("cam")


@pytest.mark.parametrize(
    ("answer", "recordings"),
    [
        ([], ()),
        ([{"startDate": "2026-04-10T08:00:00Z", "durationSeconds": "300"}], (300,)),
        ([{"startDate": "2026-04-10T08:00:00Z", "durationSeconds": 300.0}], (300,)),
        ({"startDate": "2026-04-10T08:00:00Z", "durationSeconds": 0}, (0,)),
    ],
)
async def test_recordings(client, server, answer, recordings):
    server.answer(json(answer))
    assert tuple(recording.duration_seconds for recording in await client.recordings("cam")) == recordings


@pytest.mark.parametrize("answer", [None, "x", [1], [{"startDate": "2026-04-10T08:00:00Z"}], [{"durationSeconds": 1}]])
async def test_recordings_in_another_shape_are_a_bad_answer(client, server, answer):
    server.answer(json(answer))
    with pytest.raises(BadAnswer, match=r"^recording"):
        await client.recordings("cam")
