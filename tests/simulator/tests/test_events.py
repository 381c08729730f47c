"""Events: derived from the world, the same for everybody who asks, and open while they run."""

import base64
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from typing import Any
from uuid import UUID

from PIL import Image
import pytest

from ..client import Simulator
from ..faceter.events import EVENT_TYPES
from ..picture import jpeg
from ..switches import JsonObject
from .conftest import CAMERA, Api

NOON = "2026-06-01T12:00:00Z"
EVENTS = f"/v1/cameras/{CAMERA}/events"
MORNING = {"startDate": "2026-06-01T08:00:00Z", "endDate": "2026-06-01T09:00:00Z", "limit": "1000", "sortOrder": "Asc"}


@pytest.fixture(autouse=True)
async def noon(simulator: Simulator) -> None:
    """Stop the clock."""
    await simulator.set_rate(0)
    await simulator.set_time(NOON)


async def _items(api: Api, path: str = EVENTS, **query: str) -> list[dict[str, Any]]:
    answer = await api("GET", path, params=MORNING | query)
    assert answer.status == 200
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def _seconds(date: str) -> float:
    return datetime.fromisoformat(date).timestamp()


async def test_asking_again_gives_the_same_events(simulator: Simulator, api: Api) -> None:
    def stable(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [item | {"previewUrl": None} for item in items]

    before = await _items(api)
    await simulator.advance(3 * 86_400)
    after = await _items(api)
    assert stable(before) == stable(after)
    assert len({UUID(item["id"]) for item in before}) == len(before) > 100
    assert all(a["previewUrl"] != b["previewUrl"] for a, b in zip(before, after, strict=True))


async def test_everything_but_custom_happens_by_itself(api: Api) -> None:
    seen: set[str] = set()
    for camera in (await api("GET", "/v1/cameras")).json:
        seen |= {item["type"] for item in await _items(api, f"/v1/cameras/{camera['id']}/events")}
    assert seen == set(EVENT_TYPES) - {"Custom"}


async def test_order_limit_and_more(api: Api) -> None:
    everything = await _items(api)
    starts = [item["startTime"] for item in everything]
    assert starts == sorted(starts)
    backwards = await _items(api, sortOrder="Desc")
    assert [item["startTime"] for item in backwards] == starts[::-1]
    assert {item["id"] for item in backwards} == {item["id"] for item in everything}
    page = (await api("GET", EVENTS, params=MORNING | {"limit": "10"})).json
    assert [item["id"] for item in page["items"]] == [item["id"] for item in everything[:10]]
    assert page["hasMore"] is True
    whole = (await api("GET", EVENTS, params=MORNING | {"limit": str(len(everything))})).json
    assert whole["hasMore"] is False


async def test_paging_by_time_finds_everything_once(api: Api) -> None:
    everything = [item["id"] for item in await _items(api)]
    found: dict[str, None] = {}
    start, more = MORNING["startDate"], True
    while more:
        page = (await api("GET", EVENTS, params=MORNING | {"startDate": start, "limit": "25"})).json
        found |= dict.fromkeys(item["id"] for item in page["items"])
        assert page["items"][-1]["startTime"] > start
        start, more = page["items"][-1]["startTime"], page["hasMore"]
    assert set(found) == set(everything)


@pytest.mark.parametrize(
    "query", [[("eventTypes", "Face"), ("eventTypes", "PeopleCounting")], [("eventTypes", "face,PeopleCounting")]]
)
async def test_types_repeated_or_separated_by_commas(api: Api, query: list[tuple[str, str]]) -> None:
    everything = await _items(api)
    answer = await api("GET", EVENTS, params=[*MORNING.items(), *query])
    expected = [item["id"] for item in everything if item["type"] in ("Face", "PeopleCounting")]
    assert [item["id"] for item in answer.json["items"]] == expected
    assert 10 < len(expected) < len(everything)


async def test_an_event_is_open_until_it_ends(simulator: Simulator, api: Api) -> None:
    past = next(item for item in await _items(api, eventTypes="Motion") if _length(item) > 4)
    start = _seconds(past["startTime"])

    async def seen_at(late: float) -> dict[str, Any] | None:
        await simulator.set_time(datetime.fromtimestamp(start + late, datetime.fromisoformat(NOON).tzinfo).isoformat())
        return next((item for item in await _items(api) if item["id"] == past["id"]), None)

    assert await seen_at(-1) is None
    running = await seen_at(2)
    assert running
    assert running["endTime"] is None
    closed = await seen_at(60)
    assert closed
    assert closed["endTime"] == past["endTime"]


def _length(item: dict[str, Any]) -> float:
    return _seconds(item["endTime"]) - _seconds(item["startTime"])


async def test_events_can_become_visible_late(simulator: Simulator, api: Api) -> None:
    recent = {"startDate": "2026-06-01T11:50:00Z", "endDate": NOON}
    prompt = await _items(api, **recent)
    await simulator.settings(event_delay_seconds=300)
    late = await _items(api, **recent)
    assert [item["id"] for item in late] == [item["id"] for item in prompt][: len(late)]
    assert 0 < len(late) < len(prompt)
    assert max(_seconds(item["startTime"]) for item in late) <= _seconds(NOON) - 300


async def test_merging_joins_what_follows_closely(api: Api) -> None:
    single = await _items(api, eventTypes="Motion")
    merged = await _items(api, eventTypes="Motion", mergeInterval="30")
    assert sum(item["mergedEventsCount"] for item in merged) == len(single)
    assert 1 < len(merged) < len(single)
    assert all(len(item["attributes"]) == item["mergedEventsCount"] for item in merged)
    assert {item["id"] for item in merged} <= {item["id"] for item in single}
    assert all(_seconds(after["startTime"]) - _seconds(before["endTime"]) > 29 for before, after in pairwise(merged))


async def test_windows_in_both_readings(simulator: Simulator, api: Api) -> None:
    motion = next(item for item in await _items(api, eventTypes="Motion") if _length(item) > 4)
    middle = datetime.fromtimestamp(_seconds(motion["startTime"]) + 2, datetime.fromisoformat(NOON).tzinfo).isoformat()
    assert motion["id"] not in {item["id"] for item in await _items(api, startDate=middle)}
    await simulator.quirks(window="overlap")
    assert motion["id"] in {item["id"] for item in await _items(api, startDate=middle)}


async def test_attributes_in_every_reading(simulator: Simulator, api: Api) -> None:
    faces = await _items(api, eventTypes="Face")
    named = next(item["attributes"][0] for item in faces if "name" in item["attributes"][0])
    assert all(isinstance(value, str) for value in named.values())
    await simulator.quirks(attribute_keys="documented")
    assert all(item["attributes"][0].keys() == {"confidence"} for item in await _items(api))
    for quirk, kind in (("object", dict), ("null", type(None)), ("pairs", list)):
        await simulator.quirks(attributes=quirk)
        first = (await _items(api))[0]["attributes"]
        assert isinstance(first, kind)
    assert (await _items(api))[0]["attributes"] == [{"key": "confidence", "value": first[0]["value"]}]


async def test_dates_can_be_required(simulator: Simulator, api: Api) -> None:
    assert (await api("GET", EVENTS)).status == 200
    await simulator.quirks(dates_required=True)
    assert (await api("GET", EVENTS)).status == 400


async def test_previews_show_the_event_and_expire(simulator: Simulator, api: Api) -> None:
    items = await _items(api, eventTypes="Motion")
    first, second = [await api.fetch(item["previewUrl"]) for item in items[:2]]
    assert first.headers["Content-Type"] == "image/jpeg"
    with Image.open(BytesIO(first.body)) as picture:
        assert picture.size == (640, 360)
    assert first.body != second.body
    await simulator.advance(301)
    assert (await api.fetch(items[0]["previewUrl"])).status == 403
    forged = items[0]["previewUrl"][:-3] + "abc"
    assert (await api.fetch(forged)).status == 403


async def test_a_face_is_shown_closer_than_a_motion(api: Api) -> None:
    faces, motions = await _items(api, eventTypes="Face"), await _items(api, eventTypes="Motion")
    close, wide = [await api.fetch(items[0]["previewUrl"]) for items in (faces, motions)]
    assert close.status == wide.status == 200
    assert close.body != wide.body


@pytest.mark.parametrize("as_data_url", [False, True])
async def test_a_created_event_comes_back_with_its_snapshot(api: Api, as_data_url: bool) -> None:
    snapshot = jpeg(Image.new("RGB", (64, 36), (200, 30, 90)))
    encoded = base64.b64encode(snapshot).decode()
    body = {
        "eventId": "7fa85f64-5717-4562-b3fc-2c963f66afa1", "eventType": "Custom", "startDate": "2026-06-01T08:10:00Z",
        "endDate": "2026-06-01T08:11:00Z", "attributes": {"source": "doorbell"},
        "snapshot": f"data:image/jpeg;base64,{encoded}" if as_data_url else encoded,
    }  # fmt: skip
    for _ in range(2):
        assert (await api("POST", EVENTS, json=body)).status == 204
    (created,) = await _items(api, eventTypes="Custom")
    assert created | {"previewUrl": ""} == {
        "id": body["eventId"], "cameraId": CAMERA, "type": "Custom", "startTime": body["startDate"],
        "endTime": body["endDate"], "previewUrl": "", "mergedEventsCount": 1, "attributes": [{"source": "doorbell"}],
    }  # fmt: skip
    assert (await api.fetch(created["previewUrl"])).body == snapshot
    order = [item["startTime"] for item in await _items(api)]
    assert order == sorted(order)


async def test_a_snapshot_given_as_address_is_kept(api: Api) -> None:
    body = {
        "eventId": "7fa85f64-5717-4562-b3fc-2c963f66afa1", "eventType": "Custom", "startDate": "2026-06-01T08:10:00Z",
        "instant": True, "snapshot": "https://example.com/picture.jpg",
    }  # fmt: skip
    await api("POST", EVENTS, json=body)
    (created,) = await _items(api, eventTypes="Custom")
    assert created["previewUrl"] == "https://example.com/picture.jpg"
    assert created["endTime"] == created["startTime"]


async def test_injected_events_are_served_as_they_stand(simulator: Simulator, api: Api) -> None:
    raw: JsonObject = {
        "id": "twice",
        "type": "Smoke",
        "startTime": "2026-06-01T08:30:00Z",
        "endTime": None,
        "severity": [1],
    }
    for _ in range(2):
        await simulator.inject_event(CAMERA, **raw)
    injected = [item for item in await _items(api) if item["id"] == "twice"]
    assert len(injected) == 2
    assert injected[0].items() >= raw.items()
