"""What the servers notice of the world: a pure function of world, camera and time, as the world itself is."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..switches import JsonObject
from ..world import Person, Vehicle, Visit, World
from ..world.dice import Dice
from .cameras import Camera
from .channel import MOTION_ZONE
from .kinds import KINDS, OF_WORLD, Language

CHUNK = 1800.0
"""Seconds of the world that are looked through at a time."""
FACT_SECONDS = 5.0
"""How often ``motion`` is told while somebody is in sight; chosen here."""
MISSED_SHARE = 0.08
"""How many faces and plates the database knows are not recognized."""
_WORLDLY = frozenset(KINDS[name].id for name in OF_WORLD)
_WOMEN = frozenset({"Anna", "Sofia", "Priya", "Grace", "Mei", "Lena", "Ada", "Clara", "Elif", "Greta", "Ines", "Kira",
                    "Mira", "Olga", "Rosa", "Tara"})  # fmt: skip
_DIRECTIONS = {"en": {"in": "Entry", "out": "Exit"}, "ru": {"in": "Въезд", "out": "Выезд"}}
_BODIES = {"en": {"car": "Car", "van": "Truck"}, "ru": {"car": "Легковой", "van": "Грузовой"}}
EMOTIONS = ("Neutral", "Happiness", "Sadness")


@dataclass(frozen=True, slots=True)
class Event:
    """Something on a camera's timeline, at a Unix time in whole milliseconds.

    ``details`` are the fields of its kind, with their real types; ``pictured`` tells whether the camera looked closely;
    ``raw`` replaces fields of the stream's object as they stand, null takes one away.
    """

    kind: str
    camera_id: str
    at: float
    details: JsonObject = field(default_factory=dict)
    description: str | None = None
    initiator: str = "System"
    comment: str = ""
    alarm: bool = False
    pictured: bool = False
    raw: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the face module guesses of a person, always the same."""

    woman: bool
    age: int


def happened(
    world: World,
    camera: Camera,
    modules: frozenset[str],
    language: Language,
    kinds: frozenset[str] | None,
    start: float,
    end: float,
    *,
    backwards: bool = False,
) -> Iterator[Event]:
    """Yield the events of a camera inside ``[start, end)`` in order, working out no more than is asked for.

    ``modules`` are those at work; ``kinds`` are ids, None is all of them. Nothing here knows whether the camera was online.
    """
    if kinds is not None and not kinds & _WORLDLY:
        return
    chunks = range(int(start // CHUNK), int(end // CHUNK) + 1)
    for chunk in reversed(chunks) if backwards else chunks:
        low, high = max(start, chunk * CHUNK), min(end, (chunk + 1) * CHUNK)
        visits = world.visits(camera.place, low, high) if low < high else []
        events = [
            event
            for visit in visits
            for event in events_of(visit, visits, camera, modules, language)
            if low <= event.at < high and (kinds is None or event.kind in kinds)
        ]
        yield from sorted(events, key=lambda event: event.at, reverse=backwards)


def events_of(
    visit: Visit, visits: list[Visit], camera: Camera, modules: frozenset[str], language: Language
) -> Iterator[Event]:
    """Yield what is noticed of a visit; ``visits`` are those around it, since motion is one for all of them."""
    zone: JsonObject = {"Zoneid": MOTION_ZONE}
    if not any(other.start < visit.start < other.end for other in visits):
        yield _event("motion_start", camera, visit.start, zone)
    if not any(other.start < visit.end < other.end for other in visits):
        yield _event("motion_end", camera, visit.end, zone)
    moment = visit.start + 0.4
    while moment < visit.end:
        yield _event("motion", camera, moment, zone)
        moment += FACT_SECONDS
    best = visit.best_moment
    match visit.subject:
        case Person() as person if "facescomplete" in modules and visit.position(best).heading != "away":
            yield _face(visit, person, camera)
        case Vehicle() as vehicle if modules & {"platescomplete", "platesstandard"}:
            yield _plate(visit, vehicle, camera, language)
        case _:
            pass
    if "objectcounting" in modules:
        yield _event("line", camera, visit.crossing[0], {})


def _event(kind: str, camera: Camera, at: float, details: JsonObject) -> Event:
    return Event(KINDS[kind].id, camera.id, round(at, 3), details)


def recognized(visit: Visit, camera: Camera) -> bool:
    """Return whether a person or vehicle the database knows is found in it this time."""
    subject = visit.subject
    if not isinstance(subject, Person | Vehicle) or subject.standing == "unknown":
        return False
    return not Dice(camera.id, visit.key, "missed").chance(MISSED_SHARE)


def profile(person: Person) -> Profile:
    """Return what a person looks like to the face module."""
    return Profile(person.first_name in _WOMEN, 19 + Dice(person.id, "age").below(52))


def emotion(visit: Visit, camera: Camera) -> str:
    """Return how a person looks this time."""
    return Dice(camera.id, visit.key, "emotion").pick(EMOTIONS)


def _face(visit: Visit, person: Person, camera: Camera) -> Event:
    dice, known, looks = Dice(camera.id, visit.key, "face"), recognized(visit, camera), profile(person)
    wanted = known and person.standing == "wanted"
    details: JsonObject = {
        "IsIdentified": known,
        "lastName": person.last_name if known else "",
        "firstName": person.first_name if known else "",
        "patronymic": "",
        "groups": ", ".join(person.groups) if known else "",
        "additionalInfo": "",
        "ExternalId": f"P-{person.id[:6]}" if known else "",
        "Similarity": dice.between(0.86, 0.995) if known else dice.between(0.2, 0.6),
        "Age": looks.age + dice.below(5) - 2,
        "Gender": "Female" if looks.woman else "Male",
        "Emotion": emotion(visit, camera),
        "EmotionConfidence": dice.between(0.5, 0.98),
    }
    return Event(KINDS["face"].id, camera.id, round(visit.best_moment, 3), details, alarm=wanted, pictured=True)


def _plate(visit: Visit, vehicle: Vehicle, camera: Camera, language: Language) -> Event:
    dice, known = Dice(camera.id, visit.key, "plate"), recognized(visit, camera)
    first, _, last = (vehicle.owner or "").rpartition(" ") if known else ("", "", "")
    details: JsonObject = {
        "Numberplate": vehicle.plate,
        "plateText": vehicle.plate,
        "Reliability": dice.between(0.82, 0.9999),
        "Speed": dice.between(6, 24),
        "direction": _DIRECTIONS[language][visit.crossing[1]] if not dice.chance(0.1) else "",
        "IsIdentified": known,
        "lastName": last,
        "firstName": first,
        "patronymic": "",
        "carbrand": vehicle.brand if known else "",
        "carcolor": vehicle.colour_name if known else "",
        "additionalInfo": "",
        "groups": ", ".join(vehicle.groups) if known else "",
        "ExternalId": f"C-{vehicle.id[:6]}" if known else "",
        "ExternalOwnerId": f"O-{vehicle.id[:6]}" if known and vehicle.owner else "",
        "Left": 0.41,
        "Top": 0.52,
        "Width": 0.14,
        "Height": 0.05,
        "RecognizedCarBrand": vehicle.brand,
        "RecognizedCarColors": vehicle.colour_name,
        "RecognizedCarType": _BODIES[language][vehicle.body],
    }
    name = KINDS["plate"].name(language)
    return Event(
        KINDS["plate"].id,
        camera.id,
        round(visit.best_moment, 3),
        details,
        description=f"{name}: {vehicle.plate}",
        alarm=known and vehicle.standing == "wanted",
        pictured=True,
    )
