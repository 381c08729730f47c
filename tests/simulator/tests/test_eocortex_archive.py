"""Past events, the directory of kinds, and events from outside."""

from base64 import b64decode
import json
from typing import Any

import pytest

from ..client import Simulator
from ..eocortex.kinds import KINDS
from .eocortex import CAMERA, JSON, SECOND, Eocortex, hashed
from .listening import FACE, MOTION, PLATE, dotted, listening, objects, past

NOON = "2026-04-10T12:00:00"
ONE = "2026-04-10T13:00:00"
DAY_BEFORE = "2026-04-09T12:00:00"


@pytest.fixture
async def still(eocortex: Eocortex) -> Simulator:
    """A world that stands still at one o'clock."""
    await eocortex.simulator.set_rate(0)
    await eocortex.simulator.set_time(ONE)
    return eocortex.simulator


def _key(event: dict[str, Any]) -> tuple[str, str]:
    return event["ChannelId"], event["ZonedTimestamp"]


async def test_pages_of_a_thousand(eocortex: Eocortex, still: Simulator) -> None:
    await still.quirks(face_pictures="missing")
    everything: list[dict[str, Any]] = []
    start = DAY_BEFORE
    while True:
        page = await past(eocortex, FACE, start, ONE)
        fresh = [event for event in page if _key(event) not in {_key(known) for known in everything[-1000:]}]
        everything += fresh
        if len(page) < 1000:
            break
        day, clock = page[-1]["Timestamp"].split(" ")
        start = f"{'-'.join(reversed(day.split('.')))}T{clock}"
    assert len(everything) > 2500
    assert len({_key(event) for event in everything}) == len(everything)


async def test_objects_stand_close_together(eocortex: Eocortex, still: Simulator) -> None:
    query = {"starttime": dotted(NOON), "EndTime": dotted(ONE), "eventid": PLATE, "channelid": ""}
    answer = await eocortex("/specialarchiveevents", params=query)
    assert answer.body.startswith(b"\xef\xbb\xbf{\r\n\t")
    assert answer.text.count("\r\n}{\r\n") == len(objects(answer.text)[0]) - 1 > 3
    empty = await eocortex("/specialarchiveevents", params=query | {"eventid": KINDS["alarm"].id})
    assert (empty.status, empty.body) == (200, b"")
    future = await past(eocortex, PLATE, ONE, "2026-04-11T12:00:00")
    assert future == []


@pytest.mark.parametrize(
    "query",
    [{"eventid": ""}, {"startTime": "yesterday"}, {"endTime": ""}],
)
async def test_what_is_missing(eocortex: Eocortex, still: Simulator, query: dict[str, str]) -> None:
    whole = {"startTime": dotted(NOON), "endTime": dotted(ONE), "eventid": FACE}
    assert (await eocortex("/specialarchiveevents", params=whole | query)).status == 400
    await still.quirks(eventid_required=False)
    found, _ = objects((await eocortex("/specialarchiveevents", params=whole | {"eventid": ""})).text)
    assert len({event["EventId"] for event in found}) > 4


async def test_rights(eocortex: Eocortex, still: Simulator) -> None:
    await still.add_user("guest", "secret", archive=False)
    await still.add_user("guard", "secret", cameras=CAMERA)
    guest, guard = ("guest", hashed("secret")), ("guard", hashed("secret"))
    body = {"startTimeUtc": dotted(NOON), "endTimeUtc": dotted(ONE), "eventIds": [MOTION]}
    query = {"startTime": dotted(NOON), "endTime": dotted(ONE), "eventid": MOTION}
    assert (await eocortex("/specialarchiveevents", params=query, user=guest)).status == 403
    assert (await eocortex("/archive_events", method="POST", json=body, user=guest)).status == 403
    assert (await eocortex("/archive_event_types", user=guest)).status == 403
    assert (await eocortex("/specialarchiveevents", params=query, user=("x", ""))).status == 401
    events = (await eocortex("/archive_events", method="POST", json=body, user=guard)).json
    assert {event["ChannelId"] for event in events} == {CAMERA}
    seen = await past(eocortex, MOTION, NOON, ONE, user=guard)
    assert {event["ChannelId"] for event in seen} == {CAMERA}


async def _search(eocortex: Eocortex, **body: Any) -> list[dict[str, Any]]:
    whole = {"startTimeUtc": dotted(NOON), "endTimeUtc": dotted(ONE), **body}
    answer = await eocortex("/archive_events", method="POST", json=whole)
    assert (answer.status, answer.kind) == (200, "application/json")
    found: list[dict[str, Any]] = json.loads(answer.body.decode("utf-8-sig"))
    return found


async def test_the_newer_archive_tells_the_same(eocortex: Eocortex, still: Simulator) -> None:
    old = await past(eocortex, FACE, NOON, ONE)
    new = await _search(eocortex, eventIds=[FACE.upper()], isSearchFromBegin=True, searchLimitCount=1000)
    backwards = await _search(eocortex, eventIds=[FACE])
    assert len(old) > 40
    assert [event["Timestamp"] for event in new] == [event["Timestamp"] for event in reversed(backwards)]
    for one, other in zip(old, new, strict=True):
        nested = other["Event"]
        assert one["ChannelId"] == other["ChannelId"]
        assert (one["lastName"], one["ImageBytes"]) == (nested["LastName"], nested["FaceImageBase64"])
        assert one["Similarity"] == str(nested["Similarity"]).replace(".", ",")
        assert (one["IsIdentified"] == "True") is nested["IsIdentified"]
    face = new[0]
    assert (face["EventCategory"], face["Event"]["EventName"]) == (1, "FaceDetectedNotifyEvent")
    assert b64decode(face["Event"]["FaceImageBase64"]).startswith(b"\xff\xd8")
    assert face["Timestamp"].endswith("+00:00")


async def test_searching(eocortex: Eocortex, still: Simulator) -> None:
    newest = await _search(eocortex, searchLimitCount=7)
    stamps = [event["Timestamp"] for event in newest]
    assert len(newest) == 7
    assert stamps == sorted(stamps, reverse=True)
    assert {event["EventId"] for event in await _search(eocortex, eventCategories=[1])} == {FACE}
    assert await _search(eocortex, eventCategories=[1], eventIds=[PLATE]) == []
    for key in ("channelIds", "ChannelIds", "cameraIds"):
        assert {event["ChannelId"] for event in await _search(eocortex, **{key: [CAMERA]})} == {CAMERA}
    assert await _search(eocortex, channelIds=[SECOND]) == []
    await still.quirks(archive_channels="cameraIds", archive_answer="object")
    answer = await eocortex(
        "/archive_events",
        method="POST",
        json={"startTimeUtc": dotted(NOON), "endTimeUtc": dotted(ONE), "channelIds": [CAMERA]},
    )
    assert len({event["ChannelId"] for event in answer.json["events"]}) > 1
    assert (await eocortex("/archive_events", method="POST", json={})).status == 400


async def test_both_directories(eocortex: Eocortex, still: Simulator) -> None:
    types = (await eocortex("/archive_event_types", params=JSON)).json
    assert {"Id": FACE, "Name": "Face detected (Face recognition module)"} in types
    command = await eocortex("/command", params={"type": "getallregisteredevents", **JSON})
    assert command.text.startswith("Timestamp: ")
    assert {kind["Id"]: kind["GuiName"] for kind in command.json} == {kind["Id"]: kind["Name"] for kind in types}
    await still.quirks(language="ru")
    answer = await eocortex("/command", params={"type": "getallregisteredevents"})
    assert "<EventInfo><Id>" + PLATE + "</Id><GuiName>Обнаружен автономер</GuiName></EventInfo>" in answer.text


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_event_from_outside(eocortex: Eocortex, still: Simulator, method: str) -> None:
    query = {"type": "generateexternalevent", "channelid": CAMERA, "systemname": "Barrier", "information": "open {1}"}
    async with listening(eocortex) as stream:
        raised = await eocortex("/command", method=method, params=query)
        assert raised.status == 200
        event = await stream.event()
    assert (event["InitiatorName"], event["EventDescription"], event["Comment"]) == (
        "ExternalEvent",
        "Barrier",
        "open {1}",
    )
    assert await past(eocortex, event["EventId"], NOON, ONE) == [event]
    assert (await _search(eocortex, eventIds=[event["EventId"]]))[0]["EventComment"] == "open {1}"
    for wrong, status in (({"channelid": SECOND}, 404), ({"systemname": ""}, 400)):
        assert (await eocortex("/command", method=method, params=query | wrong)).status == status
    await still.add_user("guard", "secret", cameras=SECOND)
    assert (await eocortex("/command", params=query, user=("guard", hashed("secret")))).status == 403


async def test_three_days(eocortex: Eocortex, still: Simulator) -> None:
    """What a client missed for three days is there, with pictures."""
    await still.advance(3 * 86_400)
    await still.quirks(face_pictures="stock")
    page = await past(eocortex, FACE, ONE, "2026-04-13T13:00:00")
    assert len(page) == 1000
    assert len({face["ImageBytes"] for face in page}) == 1
    assert b64decode(page[0]["ImageBytes"]).startswith(b"\xff\xd8")
    assert await past(eocortex, KINDS["line"].id, ONE, "2026-04-13T13:00:00", query={"channelid": CAMERA}) == []
