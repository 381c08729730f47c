"""How events are written: as objects of strings for the stream and the older archive, as real JSON for the newer one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
import json
from typing import cast

from ..switches import Json, JsonObject
from .cameras import Camera
from .happening import EMOTIONS, Event
from .kinds import BY_ID, KINDS
from .quirks import Quirks
from .wire import NOBODY, dressed

_TICKS_OF_UNIX = 621_355_968_000_000_000
_KIND_UTC = 1 << 62
_FIRST_FIELDS = frozenset({"EventId", "Timestamp", "EventDescription", "IsAlarmEvent", "ChannelId", "ChannelName"})
"""Those of 2015, to which come the ones of the kind."""
_LISTS = ("direction", "Emotion")


def described(event: Event, quirks: Quirks) -> str:
    """Return ``EventDescription``."""
    if event.description is not None:
        return event.description
    kind = BY_ID.get(event.kind)
    return kind.name(quirks.language) if kind else ""


def stream_objects(
    event: Event, camera: Camera, picture: str | None, zone: tzinfo, quirks: Quirks
) -> list[Mapping[str, Json]]:
    """Return an event as the stream tells it: one object, or two where that is switched."""
    head: JsonObject = {
        "EventId": event.kind,
        **_dates(event.at, zone, quirks),
        "EventDescription": described(event, quirks),
        "IsAlarmEvent": str(event.alarm),
        "ChannelId": event.camera_id,
        "ChannelName": camera.name,
        "EventType": "Info",
        "InitiatorName": event.initiator,
    }
    if quirks.event_fields == "2015":
        head = {name: value for name, value in head.items() if name in _FIRST_FIELDS}
    details = {_key(name, quirks): _worded(name, value, quirks) for name, value in event.details.items()}
    if picture is not None:
        details["ImageBytes"] = picture
    if quirks.extra_fields:
        details |= {"Remark": 'a "quoted" {brace} }{ \\', "Origin": {"Node": ["7", "}"]}}
    tail: JsonObject = {} if quirks.event_fields == "2015" else {"Comment": event.comment}
    if quirks.split_events and event.kind == KINDS["plate"].id and not event.raw:
        return [_spelt(head | tail, quirks), _spelt(details, quirks)]
    given = {_key(name, quirks) if name in event.details else name: value for name, value in event.raw.items()}
    fields = head | details | tail | given
    return [_spelt({name: value for name, value in fields.items() if value is not None}, quirks)]


def keep_alive(now: float, zone: tzinfo, quirks: Quirks) -> Mapping[str, Json]:
    """Return the object that keeps a stream alive; known are initiator and comment, and that the comment is last."""
    return _spelt({**_dates(now, zone, quirks), "InitiatorName": "System", "Comment": "KeepAlive"}, quirks)


def printed(fields: Mapping[str, Json]) -> str:
    """Return an object over many lines, a tab before each of its keys, as the servers write them."""
    lines = ",\r\n".join(f"\t{_text(name)} : {_text(value)}" for name, value in fields.items())
    return f"{{\r\n{lines}\r\n}}"


def archive_object(event: Event, camera: Camera, picture: str | None, zone: tzinfo, quirks: Quirks) -> JsonObject:
    """Return an event as ``/archive_events`` tells it; fields of the kind other than a face's are as in the stream.

    ``EventInitiatorType`` has values nobody has explained; 0 is served.
    """
    kind = BY_ID.get(event.kind)
    answer: JsonObject = {
        "EventId": event.kind,
        "EventDescription": described(event, quirks),
        "EventCategory": kind.category if kind else 0,
        "EventInitiatorType": 0,
        "EventComment": event.comment,
        "ChannelId": event.camera_id,
        "ChannelName": camera.name,
        "Timestamp": datetime.fromtimestamp(event.at, zone).isoformat(timespec="milliseconds"),
        "Event": _nested(event, picture, quirks),
    }
    known = {name: value for name, value in event.raw.items() if name in answer}
    return cast(JsonObject, dressed(answer | known, quirks))


def _nested(event: Event, picture: str | None, quirks: Quirks) -> Json:
    made: JsonObject = {name: value for name, value in event.raw.items() if name in event.details}
    details = event.details | made
    if event.kind != KINDS["face"].id:
        return {_key(name, quirks): _worded(name, value, quirks) for name, value in details.items()}
    groups, feeling = str(details["groups"]), str(details["Emotion"])
    return {
        "EventName": "FaceDetectedNotifyEvent",
        "EventTime": datetime.fromtimestamp(event.at, UTC).isoformat(timespec="milliseconds"),
        "FaceId": details["ExternalId"] or NOBODY,
        "FaceImageBase64": event.raw.get("ImageBytes", picture),
        "FirstName": details["firstName"],
        "LastName": details["lastName"],
        "Patronymic": details["patronymic"],
        "Groups": [group.strip() for group in groups.split(",") if group.strip()],
        "AdditionalInfo": details["additionalInfo"],
        "Age": details["Age"],
        "Gender": int(details["Gender"] in ("Female", "Woman")),
        "Emotion": EMOTIONS.index(feeling) if feeling in EMOTIONS else len(EMOTIONS),
        "IsIdentified": str(details["IsIdentified"]) == "True",
        "Similarity": details["Similarity"],
        "Left": 0.4,
        "Top": 0.2,
        "Width": 0.12,
        "Height": 0.2,
    }


def _dates(at: float, zone: tzinfo, quirks: Quirks) -> JsonObject:
    """Return the three dates of an event, which contradict one another where the server's zone is not UTC."""
    moment = datetime.fromtimestamp(at, UTC)
    local = moment.astimezone(zone)
    clock = local if quirks.event_clock == "local" else moment
    zoned = moment if quirks.event_clock == "utc" else local
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    wall = clock.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    ticks = _TICKS_OF_UNIX + (wall // timedelta(microseconds=1)) * 10
    return {
        "Timestamp": _date(clock, quirks),
        "BinaryTimestamp": str(ticks | _KIND_UTC),
        "ZonedTimestamp": f"{_date(zoned, quirks)}.{zoned.microsecond // 1000:03d} {offset}",
    }


def _date(at: datetime, quirks: Quirks) -> str:
    match quirks.event_dates:
        case "padded":
            return f"{at:%d.%m.%Y %H:%M:%S}"
        case "short_hour":
            return f"{at:%d.%m.%Y} {at.hour}:{at:%M:%S}"
        case "dots":
            return f"{at:%d.%m.%Y %H.%M.%S}"


def _key(name: str, quirks: Quirks) -> str:
    return name[:1].upper() + name[1:] if quirks.detail_keys == "pascal" else name


def _worded(name: str, value: Json, quirks: Quirks) -> Json:
    """Return a detail as the text it is in events."""
    if name == "Gender" and quirks.genders == "Woman":
        value = {"Female": "Woman", "Male": "Man"}.get(str(value), value)
    if quirks.unknown_enums and name in ("Gender", "Emotion"):
        value = "Purple"
    text = repr(value) if isinstance(value, float) else str(value)
    if isinstance(value, float) and quirks.decimals == "comma":
        text = text.replace(".", ",")
    return [text] if quirks.event_lists and name in _LISTS else text


def _spelt(fields: JsonObject, quirks: Quirks) -> Mapping[str, Json]:
    return cast(JsonObject, dressed(fields, quirks))


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
