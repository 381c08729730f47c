"""Faceter's events: read page by page, and turned into moments."""

from collections.abc import AsyncGenerator, Mapping
from datetime import datetime, timedelta
import re

from ..json import JsonValue, read_float, read_text
from ..models.moments import Moment, MomentKind, PictureRef, Recognition
from ..secret import Secret
from . import wire
from .client import FaceterClient, Sort

PAGE = 100
LARGEST_PAGE = 1600
_SECOND = timedelta(seconds=1)

KINDS: Mapping[str, MomentKind] = {
    "Motion": MomentKind.MOTION,
    "Human": MomentKind.PERSON,
    "Vehicle": MomentKind.VEHICLE,
    "LineCrossing": MomentKind.LINE_CROSSING,
    "Intrusion": MomentKind.INTRUSION,
    "PeopleCounting": MomentKind.PEOPLE_COUNTING,
    "LicensePlate": MomentKind.PLATE,
    "Pet": MomentKind.PET,
    "PersonalMobilityVehicle": MomentKind.PERSONAL_MOBILITY_VEHICLE,
    "Face": MomentKind.FACE,
    "Custom": MomentKind.CUSTOM,
}
"""`ClientsEventType`; what each means is said nowhere beyond its name."""

# Only `confidence` is documented of the attributes; the others are looked for under the names that are likely.
_SUBJECTS = {
    MomentKind.FACE: ("name", "personname", "facename", "fullname", "person"),
    MomentKind.PLATE: ("plate", "licenseplate", "platenumber", "licenseplatenumber", "number"),
}


async def pages(
    client: FaceterClient,
    camera: str,
    start: datetime,
    end: datetime,
    *,
    newest_first: bool = False,
    size: int = PAGE,
    urgent: bool = False,
) -> AsyncGenerator[tuple[wire.Event, ...]]:
    """Yield all events of a period, every one once, in at least one page.

    Faceter has `hasMore` but no cursor, so that the next page begins at the time where the last one ended. Times may be
    written in whole seconds and tested more finely, so that the last second is always read again. Where the time does
    not move on, for so many events began at once, larger pages are asked for, then the second is left behind; where
    nothing new comes even then, it ends.
    """
    seen: frozenset[str] = frozenset()
    stepped = False
    while start <= end:
        answer = await client.events(
            camera,
            start=start,
            end=end,
            limit=size,
            sort=Sort.DESCENDING if newest_first else Sort.ASCENDING,
            urgent=urgent,
        )
        fresh = {event.id: event for event in answer.items if event.id not in seen}
        yield tuple(fresh.values())
        if not answer.has_more or not answer.items:
            return
        times = [event.start_time for event in answer.items]
        edge = min(end, min(times) + _SECOND) if newest_first else max(start, *times)
        if edge != (end if newest_first else start):
            seen = frozenset(event.id for event in answer.items)
        elif size < LARGEST_PAGE:
            size, seen = size * 2, seen | fresh.keys()
        elif fresh or not stepped:
            stepped = not fresh
            edge, seen = edge - _SECOND if newest_first else edge + _SECOND, seen | fresh.keys()
        else:
            return
        start, end = (start, edge) if newest_first else (edge, end)


def moment(event: wire.Event, camera: str) -> Moment:
    """Turn an event into a moment; of one whose type nobody knows, the type is the name."""
    kind = KINDS.get(event.type, MomentKind.OTHER)
    picked = {_plain(key): text for key, value in event.attributes.items() if (text := _text(value))}
    subject = next((picked[key] for key in _SUBJECTS.get(kind, ()) if key in picked), None)
    group = picked.get("group")
    return Moment(
        id=event.id,
        kind=kind,
        start=event.start_time,
        end=event.end_time,
        camera=camera,
        subject=subject,
        # A face without a name need not be a stranger's: whether names are sent at all is not documented.
        recognition=Recognition.KNOWN if subject and kind is MomentKind.FACE else None,
        groups=(group,) if group else (),
        confidence=_confidence(event.attributes.get("confidence")),
        direction=picked.get("direction"),
        name=event.type,
        picture=_picture(event, camera),
        attributes=event.attributes,
    )


def _picture(event: wire.Event, camera: str) -> PictureRef | None:
    """Return where the picture is, with what is needed to ask for the event again when the address has expired."""
    if not event.preview_url:
        return None
    return PictureRef(f"{camera}/{event.start_time.isoformat()}/{event.id}", Secret(event.preview_url))


def _plain(key: str) -> str:
    return re.sub(r"[\W_]", "", key).lower()


def _text(value: JsonValue) -> str | None:
    try:
        return read_text(value).strip()
    except ValueError:
        return None


def _confidence(value: JsonValue) -> float | None:
    """Read a share, or a percentage."""
    try:
        share = read_float(value)
    except ValueError:
        return None
    share = share / 100 if share > 1 else share
    return share if 0 <= share <= 1 else None
