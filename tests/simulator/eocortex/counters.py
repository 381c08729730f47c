"""What is counted: objects at lines and in areas, and visitors by their faces."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid5

from aiohttp import web

from ..switches import Json, JsonObject
from ..world import Person, Pet, Role, Subject, Vehicle
from ..world.places import NAMESPACE
from .access import User
from .cameras import Camera
from .databases import group_id
from .happening import emotion, profile, recognized
from .rest import FORBIDDEN, api_user
from .system import System
from .wire import Handler, is_true, json_answer, not_found, parameters, read_dotted, read_iso, refuse, rest

type _Zones = Callable[[Camera], list[JsonObject]]

_CLASSES = ("Person", "Car", "Bus", "Truck", "Motorbike", "Animal")
_AT_LINES: Mapping[Role, tuple[str, ...]] = {
    Role.GATE: ("Person", "Car", "Truck"),
    Role.CAR_PARK: ("Person", "Car"),
}
"""Which classes are counted at the line of a place; elsewhere people and animals."""
_ELSEWHERE = ("Person", "Animal")
_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
_AGES = (("Young", 25), ("Adult", 45), ("MiddleAged", 65), ("Senior", 999))
"""Where an age begins to be another one; chosen here."""
_FEELINGS = {"Happiness": "Positive", "Neutral": "Neutral", "Sadness": "Negative"}


class Counters:
    """Counts the world; nothing is kept, so that any period can be asked for."""

    def __init__(self, system: System) -> None:
        self._system = system

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        table: list[tuple[str, Handler]] = [
            ("/api/{word:objects?_counting}/current_counters", self._current),
            ("/api/{word:objects?_counting}/report", self._report),
            ("/api/unique_visitor/report", self._visitors),
        ]
        return [web.get(path + "{slash:/?}", rest(handler), allow_head=False) for path, handler in table]

    async def _current(self, request: web.Request) -> web.Response:
        cameras = self._counting(request, api_user(self._system, request))
        now = self._system.now
        return await self._answer(request, cameras, lambda camera: [self._line(camera, now), self._area(camera, now)])

    async def _report(self, request: web.Request) -> web.Response:
        user, query = api_user(self._system, request), parameters(request)
        if not user.may_look_back():
            refuse(403, FORBIDDEN)
        cameras = self._counting(request, user)
        start, end = (self._local(query.get(name, "")) for name in ("starttime", "endtime"))
        return await self._answer(request, cameras, lambda camera: [self._period(camera, start, end)])

    def _counting(self, request: web.Request, user: User) -> list[Camera]:
        """Return the cameras that are asked for and count objects."""
        system, wanted = self._system, parameters(request).get("channelid", "")
        word = "singular" if request.match_info["word"] == "object_counting" else "plural"
        if system.quirks.counting_path not in (word, "both"):
            not_found(request)
        system.require_module("objectcounting")
        if not wanted:
            return [found for found in system.listed(request) if found.counts_objects and user.knows(found.id)]
        camera = system.camera(request, wanted)
        if not user.knows(camera.id):
            refuse(403, FORBIDDEN)
        return [camera] if camera.counts_objects else not_found(request)

    async def _answer(self, request: web.Request, cameras: list[Camera], zones: _Zones) -> web.Response:
        def count() -> list[Json]:
            return [{"Id": camera.id, "ChannelName": camera.name, "Zones": [*zones(camera)]} for camera in cameras]

        answer, quirks = await asyncio.to_thread(count), self._system.quirks
        named = "channelid" in parameters(request)
        single = quirks.counters != "list" and len(answer) == 1 and (named or quirks.counters == "object")
        return json_answer(answer[0] if single else answer, quirks)

    def _line(self, camera: Camera, now: float) -> JsonObject:
        counts = self._crossed(camera, self._began(camera, now), now)
        return {**_line_of(camera), "Type": "LineSection", "CurrentCounts": counts}

    def _area(self, camera: Camera, now: float) -> JsonObject:
        present = self._system.simulation.world.present(camera.place, now) if camera.online else []
        seen = Counter(_class(visit.subject) for visit, _ in present)
        return {
            "Id": _zone(camera, "area"),
            "Name": "Counting objects in area",
            "Type": "Zone",
            "CurrentCounts": {name: seen[name] for name in _CLASSES},
        }

    def _period(self, camera: Camera, start: float, end: float) -> JsonObject:
        return {
            **_line_of(camera),
            "StartCounts": self._crossed(camera, self._began(camera, start), start),
            "TotalCounts": self._crossed(camera, start, min(end, self._system.now)),
        }

    def _crossed(self, camera: Camera, start: float, end: float) -> JsonObject:
        """Count who crossed the line inside ``[start, end)`` while the camera was online."""
        system, seen = self._system, Counter[str]()
        for visit in system.simulation.world.visits(camera.place, start, end):
            moment = visit.crossing[0]
            if start <= moment < end and system.log.was_online(camera, moment):
                seen[_class(visit.subject)] += 1
        return {name: seen[name] for name in _AT_LINES.get(camera.place.role, _ELSEWHERE)}

    def _began(self, camera: Camera, moment: float) -> float:
        """Return when the counters a camera had at a Unix time were last at nothing."""
        zone = self._system.simulation.world.time_zone
        step = timedelta(hours=max(1, self._system.setup.counter_hours))
        wall = datetime.fromtimestamp(moment, zone).replace(tzinfo=UTC)
        began = (_MONDAY + (wall - _MONDAY) // step * step).replace(tzinfo=zone).timestamp()
        by_hand = self._system.counters_began.get(camera.id, began)
        return max(began, by_hand) if by_hand <= moment else began

    def _local(self, text: str) -> float:
        """Read a date of a counting report, which is the server's local time."""
        zone, taken = self._system.simulation.world.time_zone, self._system.quirks.report_dates
        quoted = text.startswith('"') and text.endswith('"') and len(text) > 1
        if taken in ("both", "example" if quoted else "documented"):
            layouts = ("%Y.%m.%d %H:%M:%S",) if quoted else ("%d.%m.%Y %H:%M:%S.%f", "%d.%m.%Y %H:%M:%S")
            for layout in layouts:
                try:
                    return datetime.strptime(text.strip('"'), layout).replace(tzinfo=zone).timestamp()
                except ValueError:
                    continue
        return refuse(400, "The date is not valid")

    async def _visitors(self, request: web.Request) -> web.Response:
        system, query = self._system, parameters(request)
        user = api_user(system, request)
        if not user.may_look_back():
            refuse(403, FORBIDDEN)
        system.require_module("facescomplete")
        names = _listed(query, "channel") or refuse(400, "channel is missing")
        cameras = [system.camera(request, name) for name in names]
        if not all(user.knows(camera.id) for camera in cameras):
            refuse(403, FORBIDDEN)
        start, end = (_moment(query.get(name, "")) for name in ("starttimeutc", "endtimeutc"))
        excluded, unique = frozenset(_listed(query, "group")), is_true(query, "uniqueonly")

        def report() -> list[Json]:
            seen = {camera.id: list(self._faces(camera, start, end, excluded)) for camera in cameras}
            if is_true(query, "aggregate"):
                return [self._summary(None, (face for faces in seen.values() for face in faces), unique)]
            return [self._summary(camera_id, faces, unique) for camera_id, faces in seen.items()]

        return json_answer({"Report": await asyncio.to_thread(report)}, system.quirks)

    def _faces(
        self, camera: Camera, start: float, end: float, excluded: frozenset[str]
    ) -> Iterator[tuple[Person, str]]:
        """Yield whose face was seen inside ``[start, end)`` and how it looked, but for groups that are excluded."""
        system = self._system
        if "facescomplete" not in system.modules.enabled(camera):
            return
        end = min(end, system.now)
        for visit in system.simulation.world.visits(camera.place, start, end):
            person, best = visit.subject, visit.best_moment
            if not isinstance(person, Person) or not start <= best < end or visit.position(best).heading == "away":
                continue
            groups = {group_id(name) for name in person.groups} if recognized(visit, camera) else set[str]()
            if system.log.was_online(camera, best) and not groups & excluded:
                yield person, emotion(visit, camera)

    def _summary(self, camera_id: str | None, seen: Iterable[tuple[Person, str]], unique: bool) -> JsonObject:
        faces = list(seen)
        persons = {person.id: (person, feeling) for person, feeling in faces}
        quirks = self._system.quirks
        shared = list(persons.values()) if unique or quirks.visitor_shares == "example" else faces
        genders = Counter("Female" if profile(person).woman else "Male" for person, _ in shared)
        ages = Counter(_age(profile(person).age) for person, _ in shared)
        feelings = Counter(_FEELINGS[feeling] for _, feeling in shared)
        return {
            "ChannelId": camera_id if quirks.visitor_channels else None,
            "TotalVisitors": len(faces),
            "UniqueVisitors": len(persons),
            "GenderDistribution": {name: genders[name] for name in ("Female", "Male")},
            "AgeDistribution": {name: ages[name] for name, _ in _AGES},
            "EmotionDistribution": {name: feelings[name] for name in ("Positive", "Neutral", "Negative")},
        }


def _line_of(camera: Camera) -> JsonObject:
    return {"Id": _zone(camera, "line"), "Name": "Crossing of the line"}


def _zone(camera: Camera, name: str) -> str:
    return str(uuid5(NAMESPACE, f"eocortex/{camera.id}/counting/{name}"))


def _class(subject: Subject) -> str:
    match subject:
        case Person():
            return "Person"
        case Pet():
            return "Animal"
        case Vehicle(body=body):
            return "Truck" if body == "van" else "Car"


def _age(years: int) -> str:
    return next(name for name, limit in _AGES if years < limit)


def _listed(query: Mapping[str, str], name: str) -> list[str]:
    return [part.strip().lower() for part in query.get(name, "").split(",") if part.strip()]


def _moment(text: str) -> float:
    """Read a date of a visitor report, UTC: as in the guide's example, or as its type says."""
    return read_iso(text) if "T" in text else read_dotted(text)
