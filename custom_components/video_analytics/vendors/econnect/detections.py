"""From what eConnect sends of a detection to a moment."""

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import blake2b

from ..json import JsonObject, JsonValue
from ..models.media import Picture
from ..models.moments import Moment, MomentKind, PictureRef, Recognition
from ..models.state import Person
from . import wire

type People = Callable[[], Mapping[str, Person]]
"""The people of the last poll."""

_IMAGE = "image"
_UNKNOWN = "N/A"
_TOO_LONG = 4096
"""Of a text among the attributes: it is a picture under a name that nobody knows."""
_TYPES = ((b"\xff\xd8", "image/jpeg"), (b"\x89PNG", "image/png"))


def moment(row: JsonObject, person: str, known: Person | None = None) -> Moment:
    """Turn a row into a moment. Raises `BadAnswer`.

    There is no id of a detection in the history, so that time, place and confidence have to do.
    """
    detection = wire.Detection.read(row, "detection")
    start = detection.date_time_utc
    key = (person, start.isoformat(), detection.detector or "", repr(detection.confidence))
    moment_id = blake2b("\0".join(key).encode("utf-8", "replace"), digest_size=10).hexdigest()
    content = picture(detection.image)
    return Moment(
        id=moment_id,
        kind=MomentKind.SEEN,
        start=start,
        instant=True,
        place=detection.detector if detection.detector and detection.detector != _UNKNOWN else None,
        person=person,
        subject=known.name if known else None,
        recognition=Recognition.KNOWN,
        groups=known.tags if known else (),
        confidence=_share(detection.confidence),
        picture=PictureRef(f"{person}/{start.isoformat()}/{moment_id}", content=content) if content else None,
        attributes={key: value for key, value in row.items() if key != _IMAGE and not _is_long(value)},
    )


def when(ref: PictureRef) -> tuple[str, datetime, str]:
    """Return person, time and moment of a picture."""
    person, start, moment_id = ref.id.rsplit("/", 2)
    return person, datetime.fromisoformat(start), moment_id


def picture(text: str | None) -> Picture | None:
    """Decode a picture; what is none counts as "unavailable", or one bad picture would hide all that follows."""
    try:
        content = b64decode(text or "", validate=True)
    except BadBase64, ValueError:
        return None
    return next((Picture(content, kind) for start, kind in _TYPES if content.startswith(start)), None)


def _share(confidence: float | None) -> float | None:
    """Return what runs from 0 to 1, as in the sample; the scale of anything else is not documented."""
    return confidence if confidence is not None and 0 <= confidence <= 1 else None


def _is_long(value: JsonValue) -> bool:
    return isinstance(value, str) and len(value) > _TOO_LONG
