"""From what the servers send of an event to a moment."""

from base64 import b64decode
from binascii import Error as BadBase64
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from ...errors import BadAnswer
from ...json import JsonObject, JsonValue, read_bool, read_float, read_text
from ...models.media import Picture
from ...models.moments import Moment, MomentKind, PictureRef, Recognition
from .kinds import FACE, PLATE, Kinds, plain_guid
from .times import Stamp, read_stamp

NIL = "00000000-0000-0000-0000-000000000000"
_EXTERNAL = "externalevent"
_KEEP_ALIVE = "keepalive"
_PICTURES = ("imagebytes", "faceimagebase64")
_TOO_LONG = 4096
"""Of a text among the attributes: it is a picture under a name that nobody knows."""
FRAME = "frame"
_WITH_FRAME = (MomentKind.PLATE, MomentKind.USER_ALARM, MomentKind.EXTERNAL)
_IMAGES = ((b"\xff\xd8", "image/jpeg"), (b"\x89PNG", "image/png"))
_REMEMBERED = 4096
_DETAILS = {
    PLATE: frozenset({"numberplate", "platetext"}),
    FACE: frozenset({"isidentified", "similarity", "imagebytes", "lastname", "firstname", "faceid", "age", "gender"}),
}
"""Of which at least one is in a whole event."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event as a server sent it, under keys of one case."""

    event_id: str
    channel: str | None
    stamp: Stamp
    row: Mapping[str, JsonValue] = field(repr=False)
    raw: JsonObject = field(repr=False)

    @property
    def is_bare(self) -> bool:
        """Tell whether what makes it worth telling is missing: it may come with the next object."""
        details = _DETAILS.get(self.event_id)
        return details is not None and details.isdisjoint(self.row)

    def merged(self, part: JsonObject) -> Event:
        """Return the event with what came in an object of its own."""
        return read_event({**self.raw, **part})


def is_keep_alive(row: JsonObject) -> bool:
    """Tell whether an object only says that the server is alive; events of motion have the same initiator."""
    return _lower(row, "comment") == _KEEP_ALIVE


def is_part(row: JsonObject) -> bool:
    """Tell whether an object is no event of its own."""
    return not _lower(row, "eventid")


def read_event(raw: JsonObject) -> Event:
    """Decode an object. Raises `BadAnswer` without a kind or a time."""
    row = {key.lower(): value for key, value in raw.items()}
    inner = row.pop("event", None)
    if isinstance(inner, Mapping):  # as `/archive_events` sends it
        row = {key.lower(): value for key, value in inner.items()} | row
    event_id = plain_guid(_text(row, "eventid") or "")
    if not event_id:
        raise BadAnswer("event: no EventId")
    try:
        stamp = read_stamp(row)
    except ValueError as error:
        raise BadAnswer(f"event: {error}") from None
    channel = plain_guid(_text(row, "channelid") or "")
    return Event(event_id, channel if channel and channel != NIL else None, stamp, row, raw)


class Numbering:
    """Counts events that are the same in all that tells events apart: kind, camera, second, zone, and no subject.

    Two strangers in one second are two moments. What comes again byte for byte is the same event.
    """

    def __init__(self) -> None:
        """Begin to count."""
        self._seen: OrderedDict[str, list[bytes]] = OrderedDict()

    def number(self, key: str, content: bytes) -> int:
        """Return how many came before this one, itself not counted."""
        digests = self._seen.setdefault(key, [])
        digest = blake2b(content, digest_size=8).digest()
        if digest not in digests:
            digests.append(digest)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return digests.index(digest)


def identify(event: Event, content: bytes, numbering: Numbering) -> str:
    """Compose an id: the vendor has none.

    The same subject twice at one camera within a second is one moment: it cannot be told apart.
    """
    subject = subject_of(event) or _text(event.row, "externalid") or ""
    other = "" if event.event_id in _DETAILS else _text(event.row, "comment") or ""
    parts = (event.event_id, event.channel or "", event.stamp.wall, subject.casefold(), _zone(event) or "", other)
    key = blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=10).hexdigest()
    number = 0 if subject else numbering.number(key, content)
    return f"{key}-{number}" if number else key


def subject_of(event: Event) -> str | None:
    """Return who or what it was: the name of a face, the number of a plate."""
    row = event.row
    if event.event_id == PLATE:
        return _text(row, "numberplate") or _text(row, "platetext")
    if event.event_id == FACE:
        names = (_text(row, key) for key in ("firstname", "patronymic", "lastname"))
        return " ".join(name for name in names if name) or None
    return None


def moment(
    event: Event,
    moment_id: str,
    start: datetime,
    kinds: Kinds,
    *,
    server: str | None = None,
    wanted: frozenset[str] = frozenset(),
) -> Moment:
    """Return the moment; `wanted` are the groups, in lower case, that the vendor is told to intercept."""
    row = event.row
    kind = kinds.kind(event.event_id)
    if kind is MomentKind.OTHER and _lower(row, "initiatorname") == _EXTERNAL:
        kind = MomentKind.EXTERNAL
    recognized = kind in (MomentKind.FACE, MomentKind.PLATE)
    subject, groups = subject_of(event), _groups(row.get("groups"))
    identified = _bool(row.get("isidentified"))
    if kind is MomentKind.FACE and identified is False:
        subject = None
    return Moment(
        id=moment_id,
        kind=kind,
        start=start,
        instant=not (kind is MomentKind.MOTION_STARTED and kinds.tells_ends_of_motion),
        server=server,
        camera=event.channel,
        zone=_zone(event),
        subject=subject,
        recognition=_recognition(kind, subject, identified, groups, wanted) if recognized else None,
        groups=groups if recognized else (),
        confidence=_share(row.get("reliability" if kind is MomentKind.PLATE else "similarity")) if recognized else None,
        direction=_first_text(row.get("direction")),
        name=kinds.name(event.event_id) or _text(row, "eventdescription") or _text(row, "eventname"),
        picture=_picture(event, moment_id, start) or _frame(event, kind, start),
        attributes=_attributes(event.raw),
    )


def _recognition(
    kind: MomentKind, subject: str | None, identified: bool | None, groups: tuple[str, ...], wanted: frozenset[str]
) -> Recognition | None:
    if not wanted.isdisjoint(group.casefold() for group in groups):
        return Recognition.WANTED
    if identified is not None:
        return Recognition.KNOWN if identified else Recognition.UNKNOWN
    return Recognition.KNOWN if subject and kind is MomentKind.FACE else None  # a number is read of any plate


def _picture(event: Event, moment_id: str, start: datetime) -> PictureRef | None:
    """Return the picture that comes along, with what is needed to find the event again."""
    for key in _PICTURES:
        value = event.row.get(key)
        if isinstance(value, str) and (picture := _decoded(value)):
            where = f"{event.event_id}/{event.channel or ''}/{start.isoformat()}/{moment_id}"
            return PictureRef(where, content=picture)
    return None


def _frame(event: Event, kind: MomentKind, start: datetime) -> PictureRef | None:
    """Return the camera's own picture of that time, where one is worth a request and none comes along."""
    if kind not in _WITH_FRAME or event.channel is None:
        return None
    return PictureRef(f"{FRAME}/{event.channel}/{start.isoformat()}")


def _decoded(text: str) -> Picture | None:
    try:
        content = b64decode(text)
    except BadBase64, ValueError:
        return None
    return next((Picture(content, kind) for start, kind in _IMAGES if content.startswith(start)), None)


def _attributes(raw: JsonObject) -> JsonObject:
    """Return what came, without pictures."""

    def fits(key: str, value: JsonValue) -> bool:
        return key.lower() not in _PICTURES and not (isinstance(value, str) and len(value) > _TOO_LONG)

    return {
        key: {inner: part for inner, part in value.items() if fits(inner, part)}
        if isinstance(value, Mapping)
        else value
        for key, value in raw.items()
        if fits(key, value)
    }


def _groups(value: JsonValue) -> tuple[str, ...]:
    """Read groups: a text with commas, a list of texts, or a list of objects with names."""
    if isinstance(value, str):
        return tuple(name for part in value.split(",") if (name := part.strip()))
    if isinstance(value, Sequence):
        names = (
            next((part[key] for key in part if key.lower() == "name"), None) if isinstance(part, Mapping) else part
            for part in value
        )
        return tuple(name.strip() for name in names if isinstance(name, str) and name.strip())
    return ()


def _zone(event: Event) -> str | None:
    zone = plain_guid(_text(event.row, "zoneid") or "")
    return zone if zone and zone != NIL else None


def _first_text(value: JsonValue) -> str | None:
    """Read a text that some versions send as a list."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = next(iter(value), None)
    return value.strip() or None if isinstance(value, str) else None


def _text(row: Mapping[str, JsonValue], key: str) -> str | None:
    try:
        return read_text(row.get(key)).strip() or None
    except ValueError:
        return None


def _lower(row: JsonObject, key: str) -> str | None:
    found = next((value for name, value in row.items() if name.lower() == key), None)
    return found.strip().lower() if isinstance(found, str) else None


def _bool(value: JsonValue) -> bool | None:
    try:
        return read_bool(value)
    except ValueError:
        return None


def _share(value: JsonValue) -> float | None:
    try:
        share = read_float(value)
    except ValueError:
        return None
    return share if 0 <= share <= 1 else None
