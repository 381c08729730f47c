"""The event stream: what happens is told in its moment, written as the servers write it, to those who may know."""

from base64 import b64decode
from datetime import UTC, datetime
from io import BytesIO
import json
import re
import time
from typing import Any

import aiohttp
from PIL import Image
import pytest

from ..client import Simulator
from ..eocortex.kinds import KINDS
from ..switches import JsonObject
from .eocortex import CAMERA, FIRST, SECOND, Eocortex, hashed
from .listening import FACE, MOTION, MOTION_START, PLATE, Listener, listening, past

ALARM = KINDS["alarm"].id
NOON = "2026-04-10T12:00:00"


async def _camera(eocortex: Eocortex, index: int) -> str:
    return str((await eocortex.simulator.cameras())[index]["Id"])


@pytest.fixture
async def still(eocortex: Eocortex) -> Simulator:
    """A world that stands still: only what is put there happens."""
    await eocortex.simulator.set_rate(0)
    await eocortex.simulator.set_time(NOON)
    return eocortex.simulator


async def test_it_is_written_over_many_lines(eocortex: Eocortex, still: Simulator) -> None:
    async with listening(eocortex) as stream:
        await still.inject_event(CAMERA, kind="face", lastName="Nov{ak", Similarity="0,98", Comment='a "b" }{ \\')
        event = await stream.event()
        assert stream.response.headers["Transfer-Encoding"] == "chunked"
    assert event | {"ImageBytes": ""} == {
        "EventId": FACE,
        "Timestamp": "10.04.2026 12:00:00",
        "BinaryTimestamp": event["BinaryTimestamp"],
        "ZonedTimestamp": "10.04.2026 12:00:00.000 +00:00",
        "EventDescription": "Face detected (Face recognition module)",
        "IsAlarmEvent": "False",
        "ChannelId": CAMERA,
        "ChannelName": "Front door",
        "EventType": "Info",
        "InitiatorName": "System",
        "IsIdentified": "False",
        "lastName": "Nov{ak",
        "firstName": "",
        "patronymic": "",
        "groups": "",
        "additionalInfo": "",
        "ExternalId": "",
        "Similarity": "0,98",
        "Age": "34",
        "Gender": "Female",
        "Emotion": "Neutral",
        "EmotionConfidence": "0,75",
        "ImageBytes": "",
        "Comment": 'a "b" }{ \\',
    }
    ticks = int(event["BinaryTimestamp"]) - (1 << 62)
    assert ticks / 10**7 - 62_135_596_800 == datetime(2026, 4, 10, 12, tzinfo=UTC).timestamp()
    picture = b64decode(event["ImageBytes"])
    assert Image.open(BytesIO(picture)).size == (640, 360)
    lines = stream.bytes.split(b"\r\n")
    assert lines[0] == b"\xef\xbb\xbf{"
    assert lines[1] == f'\t"EventId" : "{FACE}",'.encode()


async def test_keep_alives(eocortex: Eocortex, still: Simulator) -> None:
    await still.setup(keep_alive_seconds=0.1)
    async with listening(eocortex) as stream:
        began = time.monotonic()
        alive = [await stream.anything() for _ in range(3)]
        assert 0.2 < time.monotonic() - began < 3
    assert all(list(one)[-1] == "Comment" and one["Comment"] == "KeepAlive" for one in alive)
    assert all(one["InitiatorName"] == "System" and "ChannelId" not in one for one in alive)
    assert b'\t"Comment" : "KeepAlive"\r\n}' in stream.bytes


async def test_what_is_injected_comes_at_once_and_twice_in_a_second(eocortex: Eocortex, still: Simulator) -> None:
    async with listening(eocortex) as stream:
        for name in ("Novak", "Ferry"):
            sent = time.monotonic()
            await still.inject_event(CAMERA, kind="face", lastName=name)
            event = await stream.event()
            assert time.monotonic() - sent < 2
            assert (event["lastName"], event["Timestamp"]) == (name, "10.04.2026 12:00:00")
        await still.inject_event(CAMERA, kind="face", live=False, comment="in the archive only")
        await still.inject_event(CAMERA, kind="alarm", at="2026-04-10T12:00:05Z", description="Help", alarm=True)
        assert await stream.quiet(0.3)
        await still.advance(5)
        event = await stream.event(ALARM)
        assert (event["EventDescription"], event["IsAlarmEvent"]) == ("Help", "True")
    faces = await past(eocortex, FACE, NOON, NOON)
    assert [(face["lastName"], face["Comment"]) for face in faces] == [
        ("Novak", ""),
        ("Ferry", ""),
        ("", "in the archive only"),
    ]


async def test_fields_are_taken_away_and_kinds_made_up(eocortex: Eocortex, still: Simulator) -> None:
    async with listening(eocortex) as stream:
        kind = "11111111-2222-3333-4444-555555555555"
        fields: JsonObject = {"EventDescription": "Snow", "ChannelName": None, "Depth": ["a", "b"]}
        assert await still.inject_event(CAMERA, kind=kind, **fields) == kind
        event = await stream.event()
    assert (event["EventId"], event["EventDescription"], event["Depth"]) == (kind, "Snow", ["a", "b"])
    assert "ChannelName" not in event


@pytest.mark.parametrize(
    ("quirks", "expected"),
    [
        ({"language": "ru"}, {"EventDescription": "Обнаружено лицо (Модуль распознавания лиц)"}),
        ({"event_dates": "short_hour"}, {"Timestamp": "10.04.2026 3:05:09"}),
        ({"event_dates": "dots"}, {"Timestamp": "10.04.2026 03.05.09"}),
        ({"decimals": "point"}, {"EmotionConfidence": "0.75"}),
        ({"detail_keys": "pascal"}, {"LastName": "", "lastName": None}),
        ({"keys": "lower"}, {"eventid": FACE, "EventId": None, "lastname": ""}),
        ({"event_lists": True}, {"Emotion": ["Neutral"]}),
        ({"event_fields": "2015"}, {"ZonedTimestamp": None, "Comment": None, "EventId": FACE}),
        ({"genders": "Woman"}, {"Gender": "Woman"}),
        ({"face_pictures": "missing"}, {"ImageBytes": None}),
        ({"extra_fields": True}, {"Remark": 'a "quoted" {brace} }{ \\'}),
        ({"bom_between": True, "bom": False}, {"EventId": FACE}),
        ({"event_chunk": 7}, {"EventId": FACE}),
    ],
)
async def test_readings(
    eocortex: Eocortex, still: Simulator, quirks: dict[str, str | bool], expected: dict[str, str | None]
) -> None:
    await still.set_time("2026-04-10T03:05:09")
    await still.quirks(**quirks)
    async with listening(eocortex) as stream:
        await still.inject_event(CAMERA, kind="face")
        event = await stream.anything()
    assert {name: event.get(name) for name in expected} == expected


async def test_large_pictures(eocortex: Eocortex, still: Simulator) -> None:
    await still.quirks(face_pictures="large")
    async with listening(eocortex) as stream:
        await still.inject_event(CAMERA, kind="face")
        assert 200_000 < len((await stream.event())["ImageBytes"]) < 2_000_000


async def test_a_plate_in_two_objects(eocortex: Eocortex, still: Simulator) -> None:
    async with listening(eocortex) as stream:
        await still.inject_event(CAMERA, kind="plate")
        whole = await stream.event()
        await still.quirks(split_events=True)
        await still.inject_event(CAMERA, kind="plate")
        head, details = await stream.event(), await stream.anything()
    assert head | details == whole
    assert head["EventId"] == PLATE and "EventId" not in details
    assert (whole["Numberplate"], whole["Reliability"]) == ("GR02WTY", "0,9999972581863403")


async def test_the_clock_of_a_server_elsewhere(socket_enabled: None) -> None:
    stamps = {}
    async with (
        Simulator.running(vendor="eocortex", cameras=1, servers=1, time_zone="Asia/Yekaterinburg") as simulator,
        aiohttp.ClientSession() as session,
    ):
        eocortex = Eocortex(simulator, session, [simulator.url])
        await simulator.set_rate(0)
        await simulator.set_time(NOON)
        async with listening(eocortex) as stream:
            for reading in ("utc", "local", "mixed"):
                await simulator.quirks(event_clock=reading)
                await simulator.inject_event(CAMERA, kind="input")
                event = await stream.event()
                stamps[reading] = (
                    event["Timestamp"][11:13],
                    event["ZonedTimestamp"][11:13],
                    event["ZonedTimestamp"][24:],
                )
    assert stamps == {
        "utc": ("12", "12", "+05:00"),
        "local": ("17", "17", "+05:00"),
        "mixed": ("12", "17", "+05:00"),
    }


async def test_the_world_is_told_as_it_happens(eocortex: Eocortex) -> None:
    """A quarter of an hour at once: the streams told exactly what the archive tells afterwards, of every kind."""
    simulator = eocortex.simulator
    await simulator.set_rate(0)
    await simulator.set_time(NOON)
    async with listening(eocortex) as first, listening(eocortex, server=1) as second:
        await simulator.advance(900)
        await simulator.inject_event(CAMERA, kind="alarm", comment="last")
        await simulator.inject_event(await _camera(eocortex, 1), kind="alarm", comment="last")
        told = {}
        for number, stream in enumerate((first, second)):
            events: list[dict[str, Any]] = []
            while not events or events[-1]["Comment"] != "last":
                events.append(await stream.event())
            told[number] = events[:-1]
    channels = {camera["Id"]: camera["AttachedToServer"] for camera in await simulator.cameras()}
    assert {channels[event["ChannelId"]] for event in told[0]} == {FIRST}
    assert {channels[event["ChannelId"]] for event in told[1]} == {SECOND}
    kinds = {event["EventId"] for events in told.values() for event in events}
    assert kinds > {FACE, PLATE, MOTION, MOTION_START} and len(kinds) == 6
    for number, events in told.items():
        stamps = [event["Timestamp"] for event in events]
        assert stamps == sorted(stamps)
        for kind in kinds:
            live = [event for event in events if event["EventId"] == kind]
            assert live == await past(eocortex, kind, NOON, "2026-04-10T12:15:00", server=number)
    faces = [event for event in told[0] if event["EventId"] == FACE]
    assert {face["IsIdentified"] for face in faces} == {"True", "False"}
    plate = next(event for event in told[0] + told[1] if event["EventId"] == PLATE and event["IsIdentified"] == "True")
    assert plate["EventDescription"] == f"Numberplate recognised: {plate['Numberplate']}"
    assert plate["carbrand"] == plate["RecognizedCarBrand"] and re.fullmatch(r"0,\d+", plate["Reliability"])


async def test_a_face_arrives_in_its_moment(eocortex: Eocortex) -> None:
    simulator = eocortex.simulator
    await simulator.set_time(NOON)
    face = (await _future_faces(eocortex))[0]
    appears = datetime.strptime(face["ZonedTimestamp"], "%d.%m.%Y %H:%M:%S.%f %z")
    await simulator.set_time(datetime.fromtimestamp(appears.timestamp() - 1.5, UTC).isoformat())
    began = time.monotonic()
    async with listening(eocortex, channelid=CAMERA, filter=FACE) as stream:
        assert await stream.quiet(0.5)
        assert await stream.event() == face
    assert time.monotonic() - began < 4


async def test_modules_that_are_off_or_not_licensed_see_nothing(eocortex: Eocortex, still: Simulator) -> None:
    await still.quirks(face_pictures="missing")
    assert await past(eocortex, FACE, "2026-04-10T11:00:00", NOON, query={"channelid": CAMERA})
    off = {"Enabled": False}
    await eocortex(f"/configure/channels/{CAMERA}/facescomplete", method="PUT", json=off)
    assert await past(eocortex, FACE, "2026-04-10T11:00:00", NOON) == []
    kinds = (FACE, KINDS["line"].id)
    for licensed in (True, False):
        await still.setup(facescomplete=licensed, objectcounting=licensed)
        found = [await past(eocortex, kind, "2026-04-10T11:00:00", NOON, server=1) for kind in kinds]
        assert [bool(events) for events in found] == [licensed, licensed]


async def _future_faces(eocortex: Eocortex) -> list[dict[str, str]]:
    await eocortex.simulator.set_time("2026-04-10T12:10:00")
    return await past(eocortex, FACE, NOON, "2026-04-10T12:10:00", query={"channelid": CAMERA})


async def test_filters(eocortex: Eocortex, still: Simulator) -> None:
    other = await _camera(eocortex, 2)
    async with (
        listening(eocortex, filter=FACE.upper()) as faces,
        listening(eocortex, channelId=other) as camera,
        listening(eocortex, server=1, channelId=CAMERA) as elsewhere,
    ):
        await still.inject_event(CAMERA, kind="alarm", comment="1")
        await still.inject_event(other, kind="face", comment="2")
        await still.inject_event(CAMERA, kind="face", comment="3")
        assert [(await faces.event())["Comment"] for _ in range(2)] == ["2", "3"]
        assert (await camera.event())["Comment"] == "2"
        assert [(await elsewhere.event())["Comment"] for _ in range(2)] == ["1", "3"]
        streams = await still.event_streams()
        assert [(one["server"], one["told"]) for one in streams] == [(FIRST, 2), (FIRST, 1), (SECOND, 2)]
        await still.quirks(events_of="all")
        async with listening(eocortex, server=1) as everything:
            await still.inject_event(CAMERA, kind="alarm", comment="4")
            assert (await everything.event())["Comment"] == "4"
    assert (await eocortex("/event", params={"channelid": SECOND})).status == 404


async def test_rights(eocortex: Eocortex, still: Simulator) -> None:
    other = await _camera(eocortex, 2)
    await still.add_user("deaf", "secret", events=False)
    await still.add_user("guard", "secret", cameras=other)
    deaf, guard = ("deaf", hashed("secret")), ("guard", hashed("secret"))
    assert (await eocortex("/event", user=("nobody", ""))).status == 401
    refused = await eocortex("/event", user=deaf)
    assert (refused.status, refused.text) == (403, "Resource is forbidden for user")
    await still.quirks(stream_denied="401")
    assert (await eocortex("/event", user=deaf)).status == 401
    assert (await eocortex("/event", user=guard, params={"channelid": CAMERA})).status == 403
    async with listening(eocortex, user=guard) as stream:
        await still.inject_event(CAMERA, kind="alarm", comment="1")
        await still.inject_event(other, kind="alarm", comment="2")
        assert (await stream.event())["Comment"] == "2"
        await still.patch_user("guard", events=False)
        with pytest.raises((EOFError, aiohttp.ClientError)):
            await stream.event()


async def test_a_camera_goes_offline_and_sees_nothing(eocortex: Eocortex, still: Simulator) -> None:
    async with listening(eocortex) as stream:
        await still.patch_camera(CAMERA, online=False)
        lost = await stream.event()
        await still.advance(600)
        await still.patch_camera(CAMERA, online=True)
        events = [await stream.event()]
        while events[-1]["EventDescription"] != "Connection to the camera restored":
            events.append(await stream.event())
    assert (lost["EventDescription"], lost["ChannelId"]) == ("Connection to the camera lost", CAMERA)
    assert [event["ChannelId"] for event in events].count(CAMERA) == 1
    assert await past(eocortex, MOTION, NOON, "2026-04-10T12:10:00", query={"channelid": CAMERA}) == []


async def _end(stream: Listener) -> None:
    with pytest.raises((EOFError, aiohttp.ClientError, ConnectionError)):
        await stream.event("none")


async def test_cuts(eocortex: Eocortex, still: Simulator) -> None:
    for action in ("cut", "cut_in_event"):
        async with listening(eocortex) as stream, listening(eocortex, server=1) as spared:
            await still.disturb_events(action, FIRST)
            await still.inject_event(CAMERA, kind="face", comment=action)
            await _end(stream)
            assert len(await still.event_streams()) == 1
            await still.inject_event(await _camera(eocortex, 1), kind="alarm")
            await spared.event()
        if action == "cut_in_event":
            assert f'"EventId" : "{FACE}"'.encode() in stream.bytes
            assert b"Comment" not in stream.bytes
    assert [face["Comment"] for face in await past(eocortex, FACE, NOON, NOON)] == ["cut", "cut_in_event"]
    async with listening(eocortex) as stream:
        await still.refuse(server=FIRST)
        await _end(stream)
        await still.refuse(False, server=FIRST)
    async with listening(eocortex) as stream:
        await still.inject_event(CAMERA, kind="alarm")
        await stream.event()
        await still.reset()
        await _end(stream)
    assert await still.event_streams() == []


async def test_silence(eocortex: Eocortex, still: Simulator) -> None:
    await still.setup(keep_alive_seconds=0.1)
    async with listening(eocortex) as stream:
        await stream.anything()
        await still.disturb_events("silence")
        while not await stream.quiet(0.3):
            pass
        await still.inject_event(CAMERA, kind="face", comment="unheard", picture=False)
        assert await stream.quiet(0.4)
        await still.disturb_events("speak")
        await stream.anything()
        await still.inject_event(CAMERA, kind="face", comment="heard", picture=False)
        assert (await stream.event())["Comment"] == "heard"
    assert [face["Comment"] for face in await past(eocortex, FACE, NOON, NOON)] == ["unheard", "heard"]


async def test_demo_events_are_not_kept(eocortex: Eocortex) -> None:
    await eocortex.simulator.set_time("2026-04-10T12:00:00")
    async with listening(eocortex, mode="demo", filter=MOTION) as stream:
        await eocortex.simulator.advance(1.5)
        event = await stream.event()
        while event["Comment"] != "Demo":
            event = await stream.event()
    kept = await past(eocortex, MOTION, "2026-04-10T11:59:59", "2026-04-10T12:01:00")
    assert event["EventId"] == MOTION and event["Comment"] not in {one["Comment"] for one in kept}


async def test_nonsense_is_refused(eocortex: Eocortex) -> None:
    control = eocortex.simulator.control
    for path, body, status in (
        (f"/cameras/{CAMERA}/events", {"kind": "party"}, 400),
        (f"/cameras/{SECOND}/events", {"kind": "face"}, 404),
        ("/event_streams", {"action": "sing"}, 400),
        ("/event_streams", {"action": "cut", "server": CAMERA}, 404),
    ):
        async with eocortex.session.post(control + path, data=json.dumps(body)) as answer:
            assert answer.status == status, path
