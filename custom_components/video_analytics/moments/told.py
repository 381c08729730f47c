"""A moment as it is told, and to whom."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, StrEnum

from ..coordinator import Item
from ..names import normalised_name
from ..vendors.models.moments import OF_PEOPLE, OF_PHOTOS, Moment, MomentKind


class Slot(StrEnum):
    """What entities show the last one of."""

    EVENT = "event"
    FACE = "face"
    PLATE = "plate"
    MOTION = "motion"


LIBRARY = Item("library", "")

_OWN = {
    MomentKind.FACE: Slot.FACE,
    MomentKind.PLATE: Slot.PLATE,
    MomentKind.MOTION: Slot.MOTION,
    MomentKind.MOTION_STARTED: Slot.MOTION,
    MomentKind.MOTION_ENDED: Slot.MOTION,
}


class News(Enum):
    """How a moment became known."""

    LIVE = "live"
    LATE = "late"
    """Long after it began: too late for event entities."""
    UPDATE = "update"
    """It was told before, and has changed or got its picture."""
    PAST = "past"
    """From the vendor's history, to fill entities that are new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A moment as it was told; `picture` is an id of the picture store."""

    moment: Moment
    news: News
    arrived: datetime
    picture: str | None = None

    @property
    def subject(self) -> Item:
        """Return what it happened to."""
        return subject_of(self.moment)


def subject_of(moment: Moment) -> Item:
    """Return what a moment happened to: a person, a camera, a server, or else the account; to a library what is in photos."""
    if moment.kind in OF_PHOTOS:
        return LIBRARY
    for field, subject in (("people", moment.person), ("cameras", moment.camera), ("servers", moment.server)):
        if subject is not None:
            return Item(field, subject)
    return Item("", "")


def person_of(moment: Moment) -> str | None:
    """Return who was seen: the vendor's id, or the name as names are compared; None where nobody knows.

    Who is in a photo was not seen now.
    """
    if moment.kind in OF_PHOTOS:
        return None
    if moment.person is not None:
        return moment.person
    named = moment.subject if moment.kind in OF_PEOPLE else None
    return (normalised_name(named) or None) if named else None


def without_content(moment: Moment) -> Moment:
    """Return a moment to be remembered: a picture that came along is in the store, and may be large."""
    if moment.picture is None or moment.picture.content is None:
        return moment
    return replace(moment, picture=replace(moment.picture, content=None))


def slots_of(moment: Moment, kinds: frozenset[MomentKind]) -> frozenset[Slot]:
    """Return where a moment is shown; `kinds` are those that the vendor's detections have."""
    own = _OWN.get(moment.kind)
    if own is None:
        return frozenset({Slot.EVENT})
    return frozenset({own, Slot.EVENT} if moment.kind in kinds else {own})
