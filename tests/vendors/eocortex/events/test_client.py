"""What is asked of a server about events, and what its answers mean."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from custom_components.video_analytics.vendors.eocortex.client import EocortexClient
from custom_components.video_analytics.vendors.eocortex.servers import Link
from custom_components.video_analytics.vendors.eocortex.writer import EocortexWriter
from custom_components.video_analytics.vendors.errors import BadAnswer, MaybeUnlicensed, Rejected, Unreachable
from custom_components.video_analytics.vendors.models.moments import EventDraft, MomentKind
from tests.vendors.server import Server, body, cut_off, json

START = datetime(2026, 4, 10, 11, 15, 30, 999_999, tzinfo=timezone(timedelta(hours=3)))
END = START + timedelta(hours=1)
PREAMBLE = "Timestamp: 10.04.2026 08:00:00\r\nError code: {code}\r\nMessage: {text}\r\nBody-length: 0\r\n"


async def read(opening) -> bytes:
    """Read a stream."""
    async with opening as chunks:
        return b"".join([chunk async for chunk in chunks])


async def test_the_stream(client: EocortexClient, server: Server):
    server.answer(body(b"\xef\xbb\xbf{}"))
    assert await read(client.events.stream()) == b"\xef\xbb\xbf{}"
    assert server.requests[0].query == (("responsetype", "json"),)
    assert server.requests[0].path == "/event"


async def test_the_archive(client: EocortexClient, server: Server):
    server.answer(body(b""))
    assert await read(client.events.archive("kind", START, END, channel="cam")) == b""
    assert server.requests[0].path == "/specialarchiveevents"
    assert server.requests[0].query == (
        ("startTime", "10.04.2026 08:15:30"),
        ("endTime", "10.04.2026 09:15:30"),
        ("eventid", "kind"),
        ("channelid", "cam"),
        ("responsetype", "json"),
    )


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (body("\ufeff <!DOCTYPE html><html>Sign in</html>"), MaybeUnlicensed),
        (body("<?xml version='1.0'?><Event/>"), BadAnswer),
        (body("", 401), MaybeUnlicensed),
        (body("", 500), Unreachable),
        (cut_off(b"{", 100), Unreachable),
    ],
)
async def test_a_stream_that_is_none(client: EocortexClient, server: Server, answer, error):
    server.answer(answer)
    with pytest.raises(error):
        await read(client.events.stream())


async def test_a_search(client: EocortexClient, server: Server):
    rows = [{"EventId": "1"}, {"EventId": "2"}]
    server.answer(json(rows))
    found = await client.events.search(["a", "b"], START, END, channels=["cam"], from_begin=False, limit=50)
    assert found == tuple(rows)
    assert server.requests[0].method == "POST"
    assert server.requests[0].json == {
        "startTimeUtc": "10.04.2026 08:15:30.999",
        "endTimeUtc": "10.04.2026 09:15:30.999",
        "eventIds": ["a", "b"],
        "channelIds": ["cam"],
        "cameraIds": ["cam"],
        "isSearchFromBegin": False,
        "searchLimitCount": 50,
    }
    for answer in ({"events": rows}, {"Events": rows}):
        server.answer(json(answer))
        assert await client.events.search([], START, END, from_begin=True, limit=5) == tuple(rows)
    assert "channelIds" not in server.requests[-1].json
    for answer in (body(b""), json([])):
        server.answer(answer)
        assert await client.events.search([], START, END, from_begin=True, limit=5) == ()


async def test_the_directories(client: EocortexClient, server: Server):
    server.answer(body('\ufeff[{"Id": "1", "Name": "Motion"}]'))
    assert [kind.label for kind in await client.events.kinds()] == ["Motion"]
    server.answer(body(PREAMBLE.format(code=0, text="OK") + '[{"Id": "1", "GuiName": "Motion"}]'))
    assert [kind.label for kind in await client.events.registered()] == ["Motion"]


async def test_an_external_event(client: EocortexClient, server: Server):
    for answer in ("", "true", PREAMBLE.format(code=0, text="OK")):
        server.answer(body(answer))
        await client.events.raise_external("cam", "door", "Somebody rang")
    assert server.requests[0].query == (
        ("type", "generateexternalevent"),
        ("channelid", "cam"),
        ("systemname", "door"),
        ("information", "Somebody rang"),
        ("responsetype", "json"),
    )
    server.answer(body(PREAMBLE.format(code=5, text="No such channel")))
    with pytest.raises(Rejected) as caught:
        await client.events.raise_external("cam", "door")
    assert caught.value.reason == "No such channel"


@pytest.fixture
def writer(http, server: Server, credentials) -> EocortexWriter:
    """A writer whose cameras are all at one server."""
    link = Link(http, credentials, (server.url, server.url))
    return EocortexWriter(lambda camera: link, lambda: datetime.now(UTC))


def draft(**changes) -> EventDraft:
    """Return an event that can be written."""
    return EventDraft(**{"kind": MomentKind.EXTERNAL, "start": datetime.now(UTC), "name": "door", **changes})


@pytest.mark.parametrize(
    ("attributes", "information"),
    [({}, None), ({"information": "rang"}, "rang"), ({"who": "Ivan", "why": "rang"}, "who: Ivan; why: rang")],
)
async def test_what_is_written(writer: EocortexWriter, server: Server, attributes, information):
    server.answer(body())
    assert await writer.create("cam", draft(attributes=attributes)) is None
    assert dict(server.requests[0].query).get("information") == information


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": MomentKind.FACE},
        {"name": None},
        {"start": datetime(2020, 1, 1, tzinfo=UTC)},
        {"end": datetime(2100, 1, 1, tzinfo=UTC)},
        {"id": "5"},
        {"grid": ((1,),)},
        {"picture": b"x"},
        {"object_picture": "https://example.org/a.jpg"},
    ],
)
async def test_what_cannot_be_written(writer: EocortexWriter, server: Server, changes):
    with pytest.raises(Rejected) as caught:
        await writer.create("cam", draft(**changes))
    assert caught.value.reason
    assert not server.requests


async def test_an_event_is_sent_once_even_when_no_answer_comes(writer: EocortexWriter, server: Server):
    server.answer(cut_off(b"", 100))
    with pytest.raises(Unreachable):
        await writer.create("cam", draft())
    assert len(server.requests) == 1


async def test_a_server_without_an_address(http, credentials):
    link = Link(http, credentials, ())
    with pytest.raises(Unreachable):
        await EocortexWriter(lambda camera: link, lambda: datetime.now(UTC)).create("cam", draft())
