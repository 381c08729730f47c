"""The vendor's page, call by call: its examples as they stand, and its status codes."""

import re
from typing import Any

import pytest

from ..client import Simulator
from .conftest import CAMERA, Api

NOBODY = "00000000-0000-4000-8000-000000000000"
PAGE_TIME = "2026-04-10T09:00:00Z"
"""When the vendor page's examples play."""
CAMERA_FIELDS: dict[str, type | tuple[type, ...]] = {
    "id": str, "deviceId": str, "title": str, "previewUrl": str, "archiveApiToken": dict, "archiveApiUrl": str,
    "archiveDays": int, "liveRtspUrl": (str, type(None)), "liveHlsUrl": str, "isOnline": bool, "lastOnlineDate": str,
    "cameraModel": str, "platform": str, "serialNumber": str, "firmwareVersion": str, "applicationVersion": str,
    "isOwner": bool, "isFullAccess": bool, "isArchiveGranted": bool, "isAudioGranted": bool,
    "tempAccessExpiryDate": (str, type(None)), "location": dict,
}  # fmt: skip
EXAMPLE_EVENT = {
    "eventId": "7fa85f64-5717-4562-b3fc-2c963f66afa1",
    "startDate": "2026-04-10T08:00:00Z",
    "endDate": "2026-04-10T08:01:00Z",
    "eventType": "Motion",
    "instant": False,
    "grid": {"rows": 3, "cols": 3, "cells": [1, 0, 0, 1, 1, 0, 0, 0, 1]},
    "attributes": {"confidence": "0.98"},
    "snapshot": "base64-or-url",
    "objectSnapshot": "base64-or-url",
}
EXAMPLE_PERIOD = {"startDate": "2026-04-10T08:00:00Z", "durationSeconds": 120}


async def test_validate(api: Api) -> None:
    good = await api("POST", "/v1/integration-key/validate")
    assert (good.status, good.json) == (200, {"isValid": True})


@pytest.mark.parametrize(("quirk", "status", "others"), [("false", 200, 401), ("401", 401, 401), ("403", 403, 403)])
async def test_a_bad_key_in_every_reading(simulator: Simulator, api: Api, quirk: str, status: int, others: int) -> None:
    await simulator.quirks(invalid_key=quirk)
    api.key = "nonsense"
    answer = await api("POST", "/v1/integration-key/validate")
    assert answer.status == status
    assert quirk != "false" or answer.json == {"isValid": False}
    for path in ("/v1/cameras", f"/v1/cameras/{CAMERA}", f"/v1/cameras/{CAMERA}/events"):
        assert (await api("GET", path)).status == others


async def test_the_pages_example_camera(api: Api) -> None:
    camera = await api.camera()
    assert camera["id"] == CAMERA
    assert camera["deviceId"] == "1fa85f64-5717-4562-b3fc-2c963f66afb1"
    assert camera.keys() == CAMERA_FIELDS.keys()
    assert [name for name, kind in CAMERA_FIELDS.items() if not isinstance(camera[name], kind)] == []
    assert isinstance(camera["archiveApiToken"]["signature"], str)
    assert isinstance(camera["archiveApiToken"]["exp"], int)
    assert camera["location"] == {
        "id": "loc-1", "title": "Harbour House", "room": {"id": "room-1", "title": "Entrance"},
    }  # fmt: skip


async def test_the_list_holds_the_same_cameras_in_their_variety(api: Api) -> None:
    cameras = (await api("GET", "/v1/cameras")).json
    assert isinstance(cameras, list)
    assert len(cameras) == 8
    assert {camera["platform"] for camera in cameras} == {"Embedded", "ThirdParty", "Mobile"}
    (phone,) = (camera for camera in cameras if camera["platform"] == "Mobile")
    assert (phone["isArchiveGranted"], phone["archiveDays"], phone["archiveApiToken"]) == (False, None, None)
    (shared,) = (camera for camera in cameras if not camera["isOwner"])
    assert shared["tempAccessExpiryDate"]
    assert shared["isAudioGranted"] is False
    (offline,) = (camera for camera in cameras if not camera["isOnline"])
    assert (offline["previewUrl"], offline["liveHlsUrl"]) == (None, None)
    assert sum(camera["location"]["room"] is None for camera in cameras) == 1


async def test_everything_volatile_rotates_and_nothing_else(simulator: Simulator, api: Api) -> None:
    first = await api.camera()
    await simulator.advance(2)
    second = await api.camera()
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"previewUrl", "liveHlsUrl", "archiveApiToken", "lastOnlineDate"}
    await simulator.quirks(rotate=False)
    first = await api.camera()
    await simulator.advance(3600)
    assert await api.camera() == first


async def test_nulls_can_be_missing_instead(simulator: Simulator, api: Api) -> None:
    assert (await api.camera())["liveRtspUrl"] is None
    await simulator.quirks(nulls=False)
    assert "liveRtspUrl" not in await api.camera()


async def test_unheard_of_fields_and_values_on_demand(simulator: Simulator, api: Api) -> None:
    await simulator.quirks(extra_fields=True, unknown_enums=True)
    camera = await api.camera()
    assert camera.keys() > CAMERA_FIELDS.keys()
    assert camera["platform"] not in ("Embedded", "ThirdParty", "Mobile")


async def test_an_access_that_ended_takes_the_camera_away(simulator: Simulator, api: Api) -> None:
    shared = next(camera for camera in (await api("GET", "/v1/cameras")).json if camera["tempAccessExpiryDate"])
    await simulator.set_time(shared["tempAccessExpiryDate"])
    assert (await api("GET", f"/v1/cameras/{shared['id']}")).status == 404
    assert len((await api("GET", "/v1/cameras")).json) == 7


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/events", None),
        ("POST", "/events", EXAMPLE_EVENT),
        ("GET", "/recordings", None),
        ("GET", "/archive/clip?startDate=2026-04-10T08:00:00Z&duration=60", None),
        ("POST", "/archive/exports", EXAMPLE_PERIOD),
        ("GET", f"/archive/exports/{NOBODY}", None),
        ("POST", "/exports/audio", EXAMPLE_PERIOD),
        ("GET", f"/exports/audio/{NOBODY}", None),
    ],
)
async def test_an_unknown_camera_is_404_everywhere(api: Api, method: str, path: str, body: Any) -> None:
    assert (await api(method, f"/v1/cameras/{NOBODY}{path}", json=body)).status == 404


async def test_the_pages_example_of_events(simulator: Simulator, api: Api) -> None:
    await simulator.set_time(PAGE_TIME)
    query = {
        "startDate": "2026-04-01T00:00:00Z", "endDate": "2026-04-10T00:00:00Z", "eventTypes": "Motion",
        "sortOrder": "Desc", "limit": "100",
    }  # fmt: skip
    answer = (await api("GET", f"/v1/cameras/{CAMERA}/events", params=query)).json
    assert answer.keys() == {"items", "hasMore"}
    assert len(answer["items"]) == 100
    assert answer["hasMore"] is True
    assert answer["items"][0].keys() == {
        "id", "cameraId", "type", "startTime", "endTime", "previewUrl", "mergedEventsCount", "attributes",
    }  # fmt: skip


async def test_the_pages_example_of_a_new_event(simulator: Simulator, api: Api) -> None:
    await simulator.set_time(PAGE_TIME)
    created = await api("POST", f"/v1/cameras/{CAMERA}/events", json=EXAMPLE_EVENT)
    assert (created.status, created.body) == (204, b"")


@pytest.mark.parametrize(
    "change",
    [
        {"eventId": "x"}, {"eventId": None}, {"eventType": "Earthquake"}, {"startDate": "yesterday"},
        {"endDate": "2026-04-10T07:59:00Z"}, {"instant": "no"}, {"grid": {"rows": 2, "cols": 2, "cells": [1]}},
        {"grid": {"rows": 1, "cols": 1, "cells": [2]}}, {"attributes": ["confidence"]}, {"snapshot": 5},
    ],
)  # fmt: skip
async def test_a_new_event_that_makes_no_sense_is_400(api: Api, change: dict[str, Any]) -> None:
    answer = await api("POST", f"/v1/cameras/{CAMERA}/events", json=EXAMPLE_EVENT | change)
    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "query",
    [
        "eventTypes=Earthquake", "startDate=yesterday", "limit=0", "limit=-1", "limit=many", "sortOrder=Random",
        "mergeInterval=-1", "startDate=2026-04-10T00:00:00Z&endDate=2026-04-09T00:00:00Z",
    ],
)  # fmt: skip
async def test_a_query_that_makes_no_sense_is_400(api: Api, query: str) -> None:
    assert (await api("GET", f"/v1/cameras/{CAMERA}/events?{query}")).status == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe"])
async def test_a_body_that_is_no_object_is_400(api: Api, body: bytes) -> None:
    for path in ("events", "archive/exports", "exports/audio"):
        assert (await api("POST", f"/v1/cameras/{CAMERA}/{path}", data=body)).status == 400


async def test_the_pages_example_of_recordings(simulator: Simulator, api: Api) -> None:
    await simulator.set_rate(0)
    await simulator.set_time(PAGE_TIME)
    recordings = (await api("GET", f"/v1/cameras/{CAMERA}/recordings")).json
    assert recordings[0].keys() == {"startDate", "durationSeconds"}
    assert recordings[0]["startDate"] == "2026-03-11T09:00:00Z"
    assert recordings[-1]["startDate"] == "2026-04-10T08:00:00Z"
    assert len(recordings) == 30 * 24


@pytest.mark.parametrize("status", ["400", "403", "404"])
async def test_missing_rights_in_every_reading(simulator: Simulator, api: Api, status: str) -> None:
    await simulator.quirks(rights=status)
    cameras = (await api("GET", "/v1/cameras")).json
    mute = next(camera["id"] for camera in cameras if camera["isArchiveGranted"] and not camera["isAudioGranted"])
    phone = next(camera["id"] for camera in cameras if not camera["isArchiveGranted"])
    refused = [
        await api("GET", f"/v1/cameras/{phone}/recordings"),
        await api("GET", f"/v1/cameras/{phone}/archive/clip", params={"startDate": PAGE_TIME, "duration": "5"}),
        await api("POST", f"/v1/cameras/{phone}/archive/exports", json=EXAMPLE_PERIOD),
        await api("POST", f"/v1/cameras/{phone}/exports/audio", json=EXAMPLE_PERIOD),
        await api("POST", f"/v1/cameras/{mute}/exports/audio", json=EXAMPLE_PERIOD),
    ]
    assert {answer.status for answer in refused} == {int(status)}
    assert (await api("GET", f"/v1/cameras/{mute}/recordings")).status == 200


@pytest.mark.parametrize(
    ("quirk", "pattern"),
    [
        ("seconds", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("fractions7", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z"),
        ("offset", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+03:00"),
    ],
)
async def test_dates_in_every_reading(simulator: Simulator, api: Api, quirk: str, pattern: str) -> None:
    await simulator.quirks(dates=quirk)
    assert re.fullmatch(pattern, (await api.camera())["lastOnlineDate"])


@pytest.mark.parametrize("quirk", ["problem", "text", "empty"])
async def test_error_bodies_in_every_reading(simulator: Simulator, api: Api, quirk: str) -> None:
    await simulator.quirks(error_body=quirk)
    answer = await api("GET", f"/v1/cameras/{NOBODY}")
    assert answer.status == 404
    assert (answer.json is not None) == (quirk == "problem")
    assert (answer.body == b"") == (quirk == "empty")


async def test_addresses_carry_the_name_the_client_used(simulator: Simulator, api: Api) -> None:
    camera = (await api("GET", f"/v1/cameras/{CAMERA}", headers={"Host": "cameras.example:99"})).json
    assert camera["previewUrl"].startswith("http://cameras.example:99/media/")
    assert camera["liveHlsUrl"].startswith("http://cameras.example:99/media/")
