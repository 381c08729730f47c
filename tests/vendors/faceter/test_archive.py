"""Recordings, clips, exports and written events: rights, phases, and what is refused before it is sent."""

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from custom_components.video_analytics.vendors.errors import NotFound, NotPermitted, Rejected, Unreachable
from custom_components.video_analytics.vendors.models.media import ExportJob, ExportMedia, ExportPhase, ExportRequest
from custom_components.video_analytics.vendors.models.moments import EventDraft, MomentKind
from custom_components.video_analytics.vendors.models.state import Wanted
from tests.vendors.conftest import KEY
from tests.vendors.server import body, consume, cut_off, json

from .conftest import camera_id, camera_row

START = datetime(2026, 4, 10, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ONE = camera_id(1)
REQUEST = ExportRequest(camera=ONE, start=START, length=MINUTE)
QUEUED = {"exportId": "x-1", "status": "Queued"}
DRAFT = EventDraft(kind=MomentKind.PERSON, start=START)


async def with_rights(account, cloud, server, *, archive: bool, audio: bool) -> None:
    """Poll the cameras once, so that their rights are known."""
    cloud.rows = [camera_row(1, isArchiveGranted=archive, isAudioGranted=audio)]
    server.answer(cloud)
    await account.fetch(None, Wanted())
    server.requests.clear()


async def test_recordings_are_cut_to_the_period(account, server):
    rows = [("08:40:00", 600), ("07:00:00", 600), ("07:50:00", 1200), ("08:59:30", 3600), ("07:59:00", 60)]
    server.answer(json([{"startDate": f"2026-04-10T{at}Z", "durationSeconds": length} for at, length in rows]))
    found = await account.archive.recordings(ONE, START, START + 60 * MINUTE)
    assert [(each.start, each.length) for each in found] == [
        (START, 10 * MINUTE),
        (START + 40 * MINUTE, 10 * MINUTE),
        (START + 59.5 * MINUTE, 0.5 * MINUTE),
    ]


async def test_a_clip_is_streamed(account, server):
    server.answer(body(b"video", headers={"Content-Type": "video/mp4"}))
    assert await consume(account.archive.clip(ONE, START, MINUTE)) == b"video"
    assert server.requests[0].query == (("startDate", "2026-04-10T08:00:00Z"), ("duration", "60"))


async def test_a_clip_that_breaks_off(account, server):
    server.answer(cut_off(b"vid", 100))
    with pytest.raises(Unreachable):
        await consume(account.archive.clip(ONE, START, MINUTE))


async def test_errors_of_whoever_reads_a_clip_are_left_alone(account, server, cloud):
    await with_rights(account, cloud, server, archive=False, audio=False)
    server.answer(body(b"video"))
    with pytest.raises(NotFound, match="mine"):
        async with account.archive.clip(ONE, START, MINUTE):
            raise NotFound("mine")


async def recordings(account):
    """Ask for recordings."""
    await account.archive.recordings(ONE, START, START + MINUTE)


async def clip(account):
    """Ask for a clip."""
    await consume(account.archive.clip(ONE, START, MINUTE))


async def video(account):
    """Order a video."""
    await account.exports.start(REQUEST)


async def sound(account):
    """Order the sound."""
    await account.exports.start(replace(REQUEST, media=ExportMedia.AUDIO))


async def status(account):
    """Ask how far an export is."""
    await account.exports.jobs([f"video/{ONE}/x-1"])


@pytest.mark.parametrize("code", [400, 403, 404])
@pytest.mark.parametrize("call", [recordings, clip, video, sound, status])
async def test_a_missing_right_to_the_archive_is_named(account, server, cloud, call, code):
    await with_rights(account, cloud, server, archive=False, audio=True)
    server.answer(json({"title": "No"}, code))
    with pytest.raises(NotPermitted) as caught:
        await call(account)
    assert caught.value.permission == "isArchiveGranted"


@pytest.mark.parametrize("code", [400, 403, 404])
async def test_a_missing_right_to_the_sound_is_named(account, server, cloud, code):
    await with_rights(account, cloud, server, archive=True, audio=False)
    server.answer(json({"title": "No"}, code))
    with pytest.raises(NotPermitted) as caught:
        await sound(account)
    assert caught.value.permission == "isAudioGranted"


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("code", "error"), [(400, Rejected), (403, NotPermitted), (404, NotFound)])
@pytest.mark.parametrize("call", [recordings, clip, video, sound])
async def test_other_refusals_are_what_they_are(account, server, cloud, call, code, error, known):
    if known:
        await with_rights(account, cloud, server, archive=True, audio=True)
    server.answer(json({"title": "No"}, code))
    with pytest.raises(error) as caught:
        await call(account)
    assert getattr(caught.value, "permission", None) is None


async def test_a_video_is_ordered(account, server):
    server.answer(json(QUEUED, 202))
    job = await account.exports.start(replace(REQUEST, callback="https://home/x"))
    assert job == ExportJob(
        id=f"video/{ONE}/x-1", camera=ONE, media=ExportMedia.VIDEO, phase=ExportPhase.QUEUED, status="Queued"
    )
    assert server.paths == [f"/integration-api/v1/cameras/{ONE}/archive/exports"]
    assert server.requests[0].json == {
        "startDate": "2026-04-10T08:00:00Z",
        "durationSeconds": 60,
        "audioEnabled": True,
        "callbackUrl": "https://home/x",
    }


async def test_sound_is_ordered_and_asked_for_elsewhere(account, server):
    server.answer(json(QUEUED, 202))
    job = await account.exports.start(replace(REQUEST, media=ExportMedia.AUDIO))
    assert job.media is ExportMedia.AUDIO
    await account.exports.jobs([job.id])
    path = f"/integration-api/v1/cameras/{ONE}/exports/audio"
    assert server.paths == [path, f"{path}/x-1"]


@pytest.mark.parametrize(
    "change", [{"length": timedelta()}, {"length": -MINUTE}, {"length": timedelta(days=30000)}, {"options": {"fps": 5}}]
)
async def test_an_export_that_cannot_be_is_not_ordered(account, server, change):
    with pytest.raises(Rejected) as caught:
        await account.exports.start(replace(REQUEST, **change))
    assert caught.value.reason
    assert server.requests == []


DONE = "2026-04-10T08:05:00Z"


@pytest.mark.parametrize(
    ("fields", "phase"),
    [
        ({"status": "Queued"}, ExportPhase.QUEUED),
        ({"status": "queued "}, ExportPhase.QUEUED),
        ({"status": "Processing"}, ExportPhase.RUNNING),
        ({"status": "Completed"}, ExportPhase.RUNNING),
        ({"status": "Completed", "videoUrl": "https://x/1"}, ExportPhase.FINISHED),
        ({"status": "Fertig", "videoUrl": "https://x/1", "completedAtUtc": DONE}, ExportPhase.FINISHED),
        ({"status": "Failed", "errorMessage": "No disk"}, ExportPhase.FAILED),
        ({"status": "Queued", "errorMessage": "No disk", "completedAtUtc": DONE}, ExportPhase.FAILED),
        ({"status": "Expired", "completedAtUtc": DONE}, ExportPhase.FAILED),
    ],
)
async def test_the_phase_shows_in_the_fields(account, server, fields, phase):
    server.answer(json(QUEUED | fields))
    (job,) = await account.exports.jobs([f"video/{ONE}/x-1"])
    assert (job.phase, job.status, job.reason) == (phase, fields["status"], fields.get("errorMessage"))
    assert (job.url.reveal() if job.url else None) == fields.get("videoUrl")
    assert job.completed == (START + 5 * MINUTE if "completedAtUtc" in fields else None)
    assert "https" not in repr(job)


async def test_jobs_that_are_gone_are_left_out(account, server):
    server.answer(json({}, 404), json(QUEUED))
    jobs = await account.exports.jobs(["nonsense", "gif/a/b", f"video/{ONE}", f"video/{ONE}/gone", f"video/{ONE}/x-1"])
    assert [job.id for job in jobs] == [f"video/{ONE}/x-1"]
    assert len(server.requests) == 2
    assert await account.exports.jobs() == ()


async def test_an_export_cannot_be_cancelled(account, server):
    assert account.exports.can_cancel is False
    assert account.exports.media == {ExportMedia.VIDEO, ExportMedia.AUDIO}
    with pytest.raises(Rejected):
        await account.exports.cancel(f"video/{ONE}/x-1")
    assert server.requests == []


async def test_a_finished_export_is_streamed_from_an_address_that_is_fresh(account, server, elsewhere):
    server.answer(json(QUEUED | {"videoUrl": str(elsewhere.url / "x.mp4"), "previewUrl": "https://x/1.jpg"}))
    elsewhere.answer(body(b"video"))
    for _ in range(2):
        assert await consume(account.exports.download(f"video/{ONE}/x-1")) == b"video"
    assert len(server.requests) == 2
    assert KEY not in str(elsewhere.requests[0].headers)


async def test_an_export_without_a_file_is_not_found(account, server, elsewhere):
    server.answer(json(QUEUED))
    with pytest.raises(NotFound):
        await consume(account.exports.download(f"video/{ONE}/x-1"))
    assert elsewhere.requests == []


async def test_an_event_with_everything(account, server):
    server.answer(body(status=204))
    event_id = await account.writer.create(
        ONE,
        replace(
            DRAFT,
            end=START + MINUTE,
            id="3FA85F64-5717-4562-B3FC-2C963F66AFA6",
            instant=True,
            attributes={"confidence": "0.9"},
            grid=((0, 1, 0), (1, 0, 0)),
            picture=b"\xff\xd8\xff",
            object_picture="https://home/picture.jpg",
        ),
    )
    assert event_id == "3fa85f64-5717-4562-b3fc-2c963f66afa6"
    sent = server.requests[0].json
    assert b64decode(sent.pop("snapshot")) == b"\xff\xd8\xff"
    assert sent == {
        "eventId": event_id,
        "eventType": "Human",
        "startDate": "2026-04-10T08:00:00Z",
        "endDate": "2026-04-10T08:01:00Z",
        "instant": True,
        "grid": {"rows": 2, "cols": 3, "cells": [0, 1, 0, 1, 0, 0]},
        "attributes": {"confidence": "0.9"},
        "objectSnapshot": "https://home/picture.jpg",
    }


async def test_an_event_with_hardly_anything(account, server):
    server.answer(body(status=204))
    event_id = await account.writer.create(ONE, replace(DRAFT, kind=MomentKind.OTHER, name="Custom"))
    assert UUID(event_id).version == 4
    assert server.requests[0].json == {
        "eventId": event_id,
        "eventType": "Custom",
        "startDate": "2026-04-10T08:00:00Z",
        "instant": False,
    }


@pytest.mark.parametrize(
    "change",
    [
        {"kind": MomentKind.OTHER},
        {"kind": MomentKind.USER_ALARM},
        {"name": "Hologram"},
        {"end": START - MINUTE},
        {"id": "not-a-uuid"},
        {"grid": ()},
        {"grid": ((),)},
        {"grid": ((0, 1), (0,))},
        {"grid": ((0, 2),)},
        {"picture": "/config/www/picture.jpg"},
        {"object_picture": "aGVsbG8="},
    ],
)
async def test_an_event_that_the_vendor_cannot_take_is_not_sent(account, server, change):
    with pytest.raises(Rejected) as caught:
        await account.writer.create(ONE, replace(DRAFT, **change))
    assert caught.value.reason
    assert server.requests == []
