"""Events as moments: by polling and from history, in every reading that the vendor's page leaves."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from hypothesis import given, strategies as st
import pytest

from custom_components.video_analytics.vendors import http as http_module
from custom_components.video_analytics.vendors.errors import RateLimited
from custom_components.video_analytics.vendors.faceter.account import FaceterAccount
from custom_components.video_analytics.vendors.faceter.client import FaceterClient, Sort
from custom_components.video_analytics.vendors.faceter.events import LARGEST_PAGE, moment, pages
from custom_components.video_analytics.vendors.faceter.wire import Event, Events
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.moments import (
    EventQuery,
    MomentKind,
    PictureRef,
    Recognition,
    Source,
)
from custom_components.video_analytics.vendors.models.state import Part, Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.conftest import KEY
from tests.vendors.server import Server, body, json
from tests.vendors.strategies import thorough

from .conftest import Cloud, camera_id

START = datetime(2026, 4, 10, 8, tzinfo=UTC)
JPEG = {"Content-Type": "image/jpeg"}


def row(event: str = "e", second: float = 0, **changes: Any) -> dict[str, Any]:
    """Return an event as the vendor sends it."""
    start = START + timedelta(seconds=second)
    return {"id": event, "type": "Motion", "startTime": start.isoformat(), "endTime": start.isoformat()} | changes


def read(**changes: Any):
    """Return the moment of an event."""
    return moment(Event.read(row(**changes), "event"), "camera")


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("Human", MomentKind.PERSON),
        ("LicensePlate", MomentKind.PLATE),
        ("PersonalMobilityVehicle", MomentKind.PERSONAL_MOBILITY_VEHICLE),
        ("Custom", MomentKind.CUSTOM),
        ("Hologram", MomentKind.OTHER),
    ],
)
def test_kinds(sent, kind):
    read_moment = read(type=sent)
    assert (read_moment.kind, read_moment.name) == (kind, sent)


@pytest.mark.parametrize(
    ("kind", "attributes", "subject", "recognition"),
    [
        ("Face", [{"name": "Ann"}], "Ann", Recognition.KNOWN),
        ("Face", [{"Person_Name": " Ann "}], "Ann", Recognition.KNOWN),
        ("Face", [{"confidence": "0.9"}], None, None),
        ("Face", [{"name": ""}], None, None),
        ("Face", {"name": {"first": "Ann"}}, None, None),
        ("LicensePlate", [{"key": "plate", "value": "A123BC"}], "A123BC", None),
        ("LicensePlate", [{"licensePlate": "A123BC"}], "A123BC", None),
        ("LicensePlate", None, None, None),
        ("Motion", [{"name": "Ann"}], None, None),
    ],
)
def test_subjects_are_looked_for_under_likely_names(kind, attributes, subject, recognition):
    found = read(type=kind, attributes=attributes)
    assert (found.subject, found.recognition) == (subject, recognition)


@pytest.mark.parametrize(
    ("sent", "confidence"),
    [("0.98", 0.98), ("0,5", 0.5), (1, 1), ("87", 0.87), ("-1", None), ("120", None), ("high", None), (None, None)],
)
def test_confidence_is_a_share(sent, confidence):
    assert read(attributes=[{"confidence": sent}]).confidence == confidence


def test_other_attributes_are_passed_on():
    found = read(endTime=None, previewUrl="https://x/1", attributes=[{"group": "Staff", "direction": "in", "a": "b"}])
    assert found.end is None
    assert (found.groups, found.direction) == (("Staff",), "in")
    assert found.attributes == {"group": "Staff", "direction": "in", "a": "b"}
    assert found.picture == PictureRef(f"camera/{START.isoformat()}/e", Secret("https://x/1"))
    assert read().picture is None


class Timeline:
    """Events of a camera, served as the page leaves it open; `cap` is the vendor's largest page."""

    def __init__(self, seconds, cap: int = 1000) -> None:
        """Take the starts, finer than they are written."""
        self.starts = sorted(seconds)
        self.cap = cap
        self.asked = 0

    async def events(self, camera, *, start, end, limit, sort, urgent) -> Events:
        """Answer as `FaceterClient.events` does."""
        self.asked += 1
        found = [(n, s) for n, s in enumerate(self.starts) if start <= START + timedelta(seconds=s) <= end]
        if sort is Sort.DESCENDING:
            found.reverse()
        page = found[: min(limit, self.cap)]
        items = tuple(Event.read(row(str(n), int(s)), "event") for n, s in page)
        return Events(items=items, has_more=len(found) > len(page))


async def read_all(timeline, *, newest_first, size) -> list[str]:
    """Read a timeline page by page."""
    end = START + timedelta(seconds=1000)
    return [
        event.id
        async for page in pages(timeline, "camera", START, end, newest_first=newest_first, size=size)
        for event in page
    ]


@thorough
@given(
    seconds=st.lists(st.sampled_from([0, 0.3, 0.9, 1, 1.5, 2, 7.25, 7.5, 500, 1000]), max_size=40),
    newest_first=st.booleans(),
    size=st.integers(1, 7),
)
async def test_paging_finds_every_event_once(seconds, newest_first, size):
    timeline = Timeline(seconds)
    found = await read_all(timeline, newest_first=newest_first, size=size)
    assert sorted(found, key=int) == [str(number) for number in range(len(seconds))]


@pytest.mark.parametrize("newest_first", [True, False])
async def test_a_second_with_more_events_than_the_vendor_sends_at_once_is_left_behind(newest_first):
    timeline = Timeline([1] * 50 + [5] * 3, cap=10)
    found = await read_all(timeline, newest_first=newest_first, size=10)
    assert len(found) == len(set(found)) == 13
    assert timeline.asked < 15


class Endless:
    """A vendor that always has more."""

    def __init__(self, items) -> None:
        """Answer the same items again and again."""
        self.items = items
        self.asked = 0

    async def events(self, *args, **kwargs) -> Events:
        """Answer as `FaceterClient.events` does."""
        self.asked += 1
        return Events(items=tuple(Event.read(item, "event") for item in self.items), has_more=True)


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize(
    ("items", "found"), [([], []), ([row("a", 5)], ["a"]), ([row("a", -50)], ["a"]), ([row("a", 5000)], ["a"])]
)
async def test_a_vendor_that_always_has_more_is_not_asked_for_ever(items, found, newest_first):
    endless = Endless(items)
    assert await read_all(endless, newest_first=newest_first, size=LARGEST_PAGE // 4) == found
    assert endless.asked <= 6


class Timelines:
    """Answers the calls for events of an account from a list, and everything else from the cloud."""

    def __init__(self, cloud: Cloud) -> None:
        """Start without events."""
        self.cloud = cloud
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.queries: list[dict[str, str]] = []

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        if not request.path.endswith("/events"):
            return await self.cloud(request)
        camera = request.path.split("/")[-2]
        self.queries.append(dict(request.query))
        items = sorted(self.rows.get(camera, []), key=lambda item: item["startTime"])
        if request.query["sortOrder"] == "Desc":
            items.reverse()
        return web.json_response({"items": items, "hasMore": False})


@pytest.fixture
def events(server: Server, cloud: Cloud) -> Timelines:
    """The account's events."""
    answers = Timelines(cloud)
    server.answer(answers)
    return answers


async def history(account: FaceterAccount, **query: Any) -> list[str]:
    """Return the ids of past moments."""
    period = {"start": START, "end": START + timedelta(seconds=100)}
    return [past.id async for past in account.history.events(EventQuery(**(period | query)))]


async def test_history_of_one_camera(account, events):
    events.rows[camera_id(1)] = [
        row("before", -1),
        row("a", 0),
        row("b", 50, type="Face"),
        row("c", 100),
        row("after", 101),
    ]
    assert await history(account, camera=camera_id(1)) == ["c", "b", "a"]
    assert await history(account, camera=camera_id(1), newest_first=False) == ["a", "b", "c"]
    assert await history(account, camera=camera_id(1), limit=2) == ["c", "b"]
    assert await history(account, camera=camera_id(1), kinds=frozenset({MomentKind.FACE}), limit=1) == ["b"]
    assert await history(account, camera=camera_id(1), start=START + timedelta(seconds=50.5)) == ["c", "b"]
    assert [query["limit"] for query in events.queries] == ["100", "100", "2", "100", "100"]
    assert all("eventTypes" not in query for query in events.queries)


async def test_history_of_all_cameras_is_merged(account, events):
    await account.fetch(None, Wanted())
    events.rows = {camera_id(1): [row("a", 1), row("c", 3)], camera_id(2): [row("b", 2), row("d", 4)]}
    assert await history(account) == ["d", "c", "b", "a"]
    assert await history(account, newest_first=False, limit=3) == ["a", "b", "c"]


async def test_history_of_nobody(account, events):
    assert await history(account, person="Ann") == []
    assert await history(account, camera=camera_id(1), limit=0) == []
    assert events.queries == []


async def test_polling_tells_of_the_cameras_that_are_wanted(account, events, monkeypatch):
    present = datetime.now(UTC)
    started = (present + timedelta(seconds=1)).isoformat()
    events.rows = {camera_id(n): [row(f"e{n}", startTime=started, endTime=None)] for n in (1, 2)}
    await account.fetch(None, Wanted())
    wanted = Wanted({Part.MOMENTS: frozenset({camera_id(2)})})
    listening = account.moments.listen(None, lambda: wanted)
    first, second = [await anext(listening) for _ in range(2)]
    await listening.aclose()
    assert set(first.watermark.positions) == {camera_id(2)}
    assert [(told.id, told.camera) for told in second.moments] == [("e2", camera_id(2))]
    assert second.source is account.moments.status.source is Source.POLLING
    assert account.moments.status.connected
    (query,) = events.queries
    assert datetime.fromisoformat(query["startDate"]) <= present
    assert datetime.fromisoformat(query["endDate"]) > present
    assert "mergeInterval" not in query


async def test_a_hint_while_nobody_listens_asks_nothing(account, events):
    await account.fetch(None, Wanted())
    account.moments.hint(camera_id(1))
    assert events.queries == []


@pytest.fixture
def ref(elsewhere: Server) -> PictureRef:
    """A picture whose address may have expired."""
    return PictureRef(f"{camera_id(1)}/{START.isoformat()}/e", Secret(str(elsewhere.url / "old.jpg")))


async def test_a_picture_is_fetched_without_the_key(account, elsewhere, server, ref):
    elsewhere.answer(body(b"jpeg", headers=JPEG))
    picture = await account.moments.picture(ref)
    assert picture.content == b"jpeg"
    assert KEY not in str(elsewhere.requests[0].headers)
    assert server.requests == []
    assert account.http.pictures.used == 1


@pytest.mark.parametrize("where", [True, False])
async def test_an_expired_address_is_asked_for_again(account, events, elsewhere, ref, where):
    answers = [body(status=403)] if where else []
    elsewhere.answer(*answers, body(b"jpeg", headers=JPEG))
    events.rows[camera_id(1)] = [row("other"), row(previewUrl=str(elsewhere.url / "new.jpg"))]
    picture = await account.moments.picture(ref if where else PictureRef(ref.id))
    assert picture.content == b"jpeg"
    assert elsewhere.paths[-1] == "/new.jpg"
    assert events.queries[0]["startDate"] == "2026-04-10T07:59:59Z"


@pytest.mark.parametrize("rows", [[], [row("other")], [row()], [row(previewUrl="new")]])
async def test_a_picture_that_is_gone_is_none(account, events, elsewhere, ref, rows):
    elsewhere.answer(body(status=404))
    events.rows[camera_id(1)] = [
        item | ({"previewUrl": str(elsewhere.url / "new.jpg")} if "previewUrl" in item else {}) for item in rows
    ]
    assert await account.moments.picture(ref) is None


async def test_a_picture_of_a_camera_that_is_gone_is_none(account, server, elsewhere, ref):
    server.answer(json({}, 404))
    elsewhere.answer(body(status=404))
    assert await account.moments.picture(ref) is None


async def test_no_picture_is_fetched_while_the_vendor_wants_quiet(account, elsewhere, ref):
    account.http.slow_down(60)
    with pytest.raises(RateLimited):
        await account.moments.picture(ref)
    assert elsewhere.requests == []


@pytest.mark.parametrize(
    ("date", "ahead"),
    [("Fri, 10 Apr 2026 08:00:00 GMT", True), ("Fri, 10 Apr 2026 08:00:00", False), ("yesterday", False)],
)
async def test_the_vendors_time_is_that_of_its_answers(client: FaceterClient, http: Http, server, date, ahead):
    server.answer(json([], headers={"Date": date}))
    await client.cameras()
    assert (abs(http.present - START) < timedelta(minutes=1)) == ahead
    server.answer(json([]))  # with a date of now
    await client.cameras()
    assert abs(http.present - datetime.now(UTC)) < http_module._CLOCK_ERROR
