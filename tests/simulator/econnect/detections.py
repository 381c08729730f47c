"""Who was seen at which detector: a pure function of the world, and what was published or injected."""

from base64 import b64encode
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
import heapq
from itertools import islice
from uuid import uuid5

from ..picture import jpeg
from ..simulation import Simulation
from ..switches import Json, JsonObject
from ..world import Person, Place, Visit
from ..world.dice import Dice
from ..world.places import NAMESPACE
from .people import People, Record
from .quirks import Quirks
from .wire import date, dressed

DAY = 86_400.0
HISTORY_DAYS = 30
CHUNK = 1800.0
"""Seconds of the world that are looked through at a time."""
_REMEMBERED = 512


@dataclass
class Detector:
    """What sees the faces at a place."""

    place: Place
    name: str

    def as_json(self) -> JsonObject:
        """Return it as the control port shows it."""
        return {"id": self.place.id, "name": self.name}


@dataclass(frozen=True)
class Detection:
    """One time that a face was seen; ``raw`` replaces fields of the answer as they stand.

    ``content`` is the picture that was published; without it the world is drawn, unless there is none.
    """

    id: str
    person: str | None
    face: str
    at: float
    detector: str
    confidence: float
    time_zone: str
    place: Place | None = None
    content: bytes | None = None
    pictured: bool = True
    raw: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class Query:
    """Which detections, in Unix seconds, and how many."""

    start: float
    end: float
    skip: int
    take: int
    ascending: bool


class Detections:
    """Works out what was seen."""

    def __init__(self, simulation: Simulation, people: People, detectors: dict[str, Detector], quirks: Quirks) -> None:
        self._simulation = simulation
        self._people = people
        self._detectors = detectors
        self._quirks = quirks
        self.written: list[Detection] = []
        self._pictures: OrderedDict[str, bytes] = OrderedDict()

    def find(self, record: Record | None, face: str | None, query: Query) -> list[Detection]:
        """Return the detections of a person, or of one face of it."""
        world = self._happened(record, query) if record and (face is None or face == record.faces[0]) else iter(())
        now = self._simulation.clock.now()
        written = sorted(
            (
                each
                for each in self.written
                if (each.face == face if face else record is not None and each.person == record.id)
                and query.start <= each.at <= min(query.end, now + DAY)
            ),
            key=lambda each: each.at,
            reverse=not query.ascending,
        )
        merged = heapq.merge(world, written, key=lambda each: each.at, reverse=not query.ascending)
        return list(islice(merged, query.skip, query.skip + query.take))

    def get(self, face: str, detection: str) -> Detection | None:
        """Return one detection of the last day, as its photo is asked for."""
        now = self._simulation.clock.now()
        record = self._people.of_face(face)
        day = self.find(record, face, Query(now - DAY, now + DAY, 0, 100_000, ascending=False))
        return next((each for each in day if each.id == detection), None)

    def as_json(self, detection: Detection) -> JsonObject:
        """Return a detection as the API does; the picture is drawn here."""
        quirks = self._quirks
        content = self.picture(detection) if quirks.images != "null" else None
        named = {"named": detection.detector, "N/A": "N/A", "null": None}[quirks.detectors]
        answer: JsonObject = {
            "confidence": detection.confidence,
            "dateTimeUtc": date(detection.at, quirks.dates),
            "timeZone": detection.time_zone,
            "detector": named,
            "image": b64encode(content).decode() if content else None,
        }
        return dressed(answer | detection.raw, quirks)

    def picture(self, detection: Detection) -> bytes | None:
        """Return a detection's photo."""
        if detection.content or not detection.pictured or detection.place is None:
            return detection.content
        key = detection.place.id if self._quirks.images == "stock" else detection.id
        if (known := self._pictures.get(key)) is None:
            known = jpeg(self._simulation.painter.close_up(detection.place, detection.at))
            self._pictures[key] = known
            while len(self._pictures) > _REMEMBERED:
                self._pictures.popitem(last=False)
        return known

    def enrolled(self, face: str) -> bytes | None:
        """Return the enrolment photo of somebody of the world: the first time that the person was seen this month."""
        record = self._people.of_face(face)
        if record is None or record.site is None or face != record.faces[0]:
            return None
        start = self._simulation.clock.now() // (HISTORY_DAYS * DAY) * HISTORY_DAYS * DAY
        first = next(self._happened(record, Query(start, start + DAY, 0, 1, ascending=True)), None)
        return self.picture(first) if first else None

    def _happened(self, record: Record, query: Query) -> Iterator[Detection]:
        """Yield what the world did, in order, working out no more of it than is asked for."""
        if record.site is None:
            return
        now = self._simulation.clock.now()
        start = max(query.start, now - HISTORY_DAYS * DAY)
        end = min(query.end, now - self._simulation.settings.event_delay_seconds)
        chunks = range(int(start // CHUNK), int(end // CHUNK) + 1)
        for chunk in chunks if query.ascending else reversed(chunks):
            low, high = max(start, chunk * CHUNK), min(end + 0.0005, (chunk + 1) * CHUNK)
            if low >= high:
                continue
            visits = self._simulation.world.site_visits(record.site, low, high)
            seen = (self._seen(visit, record) for visit in visits if visit.subject.id == record.id)
            found = [each for each in seen if each and low <= each.at < high]
            yield from sorted(found, key=lambda each: each.at, reverse=not query.ascending)

    def _seen(self, visit: Visit, record: Record) -> Detection | None:
        """Return what a detector makes of a visit; nobody is recognized from behind."""
        assert record.site is not None
        place = self._simulation.world.site(record.site).places[list(type(visit.role)).index(visit.role)]
        detector = self._detectors.get(place.id)
        if detector is None or not isinstance(visit.subject, Person):
            return None
        if visit.position(visit.best_moment).heading == "away":
            return None
        return Detection(
            id=str(uuid5(NAMESPACE, f"{place.id}/{visit.key}/detection")),
            person=record.id,
            face=record.faces[0],
            at=round(visit.best_moment, 3),
            detector=detector.name,
            confidence=round(Dice(place.id, visit.key, "confidence").between(0.86, 0.995), 3),
            time_zone=str(self._simulation.world.time_zone),
            place=place,
        )


def listed(detections: Detections, found: list[Detection]) -> list[Json]:
    """Return detections as the API does; this draws, so that it belongs into a thread."""
    return [detections.as_json(each) for each in found]
