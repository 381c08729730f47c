"""Watched people: who they are, which subentry owns them, and when and where each was seen last."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
import logging
from typing import Any, Final, Self

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, callback

from .coordinator import AccountCoordinator, Interest, Item, Whole
from .moments import MomentHub, News, Told, person_of
from .names import normalised_name

_LOGGER = logging.getLogger(__name__)

SUBENTRY_PEOPLE: Final = "people"
CONF_PEOPLE: Final = "people"
CONF_NAME: Final = "name"
CONF_SEEN_RECENTLY: Final = "seen_recently"
DEFAULT_SEEN_RECENTLY: Final = 5
"""Minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedPerson:
    """Somebody whom a subentry watches; `id` is the vendor's, or the name as names are compared."""

    id: str = field(repr=False)
    name: str = field(repr=False)
    subentry: str
    recently: timedelta
    """How long somebody who was seen counts as seen recently."""

    @classmethod
    def of(cls, subentry: ConfigSubentry) -> tuple[Self, ...]:
        """Read the people of a subentry."""
        recently = timedelta(minutes=subentry.data.get(CONF_SEEN_RECENTLY, DEFAULT_SEEN_RECENTLY))
        return tuple(
            cls(
                id=normalised_name(row[CONF_NAME]),
                name=row[CONF_NAME],
                subentry=subentry.subentry_id,
                recently=recently,
            )
            for row in subentry.data[CONF_PEOPLE]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One time that a watched person was seen.

    `told` is the moment with its picture, `told.news` says whether it is live. `place` is the name of the camera, or
    what the vendor says instead. `at` is when it was by Home Assistant's clock, as far as that is known, and `previous`
    when the person was seen before that; None for never, and for followers when it is late.
    """

    person: WatchedPerson
    told: Told
    place: str | None
    at: datetime
    previous: datetime | None = None


type SightingListener = Callable[[Sighting], None]


def watched_by_entry(entry: ConfigEntry[Any]) -> dict[str, WatchedPerson]:
    """Return all watched people of an account by id, whether it is connected or not."""
    return {
        person.id: person
        for subentry in entry.get_subentries_of_type(SUBENTRY_PEOPLE)
        for person in WatchedPerson.of(subentry)
    }


class WatchedPeople:
    """The watched people of one account.

    Sensors and images that watch a person are told first, then the events of that person, then whoever follows all.
    """

    def __init__(self, coordinator: AccountCoordinator, hub: MomentHub) -> None:
        """Nobody is told before `start`; what earlier runs saw is there at once."""
        self.hub = hub
        self.persons: Mapping[str, WatchedPerson] = watched_by_entry(coordinator.config_entry)
        """By id."""
        self._coordinator = coordinator
        self._watched: dict[Item, CALLBACK_TYPE] = {}
        self._watchers: dict[str, list[CALLBACK_TYPE]] = {}
        self._listeners: dict[str, list[SightingListener]] = {}
        self._followers: list[SightingListener] = []
        hub.keep_people(self.persons.keys())
        self._last = {
            key: self._sighting(person, told)
            for key, person in self.persons.items()
            if (told := hub.last_of_person(key)) is not None
        }

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Hear of all cameras whose events the user wants, as long as anybody is watched."""
        if not self.persons:
            return lambda: None
        self._look()
        ends = (
            self._coordinator.async_add_listener(self._look, Interest(Whole.CONTENTS)),
            self.hub.audience.follow(self._happened),
        )

        def stop() -> None:
            for end in (*ends, *self._watched.values()):
                end()
            self._watched.clear()

        return stop

    def last(self, person: str) -> Sighting | None:
        """Return when and where a person was seen last, also before a restart; None for never."""
        return self._last.get(person)

    @callback
    def watch(self, person: str, wake: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Wake whenever something about the last sighting of a person is new: its place and picture, too."""
        return _added(self._watchers.setdefault(person, []), wake)

    @callback
    def listen(self, person: str, listener: SightingListener) -> CALLBACK_TYPE:
        """Tell of every time that a person is seen now, once."""
        return _added(self._listeners.setdefault(person, []), listener)

    @callback
    def follow(self, listener: SightingListener) -> CALLBACK_TYPE:
        """Tell of every time that anybody watched is seen, once; late moments as well, as `told.news` says."""
        return _added(self._followers, listener)

    @callback
    def _look(self) -> None:
        """Watch the cameras that there are, and show their present names."""
        cameras = self._coordinator.data.cameras
        wanted = {Item("cameras", camera) for camera in cameras if self._coordinator.options.wants_events_of(camera)}
        for item in self._watched.keys() - wanted:
            self._watched.pop(item)()
        for item in wanted - self._watched.keys():
            self._watched[item] = self.hub.audience.watch(item, self._told)
        for key, sighting in self._last.items():
            # A camera that is gone keeps its last name.
            if (place := self._place(sighting.told)) and place != sighting.place:
                self._last[key] = replace(sighting, place=place)
                self._wake(key)

    @callback
    def _told(self, told: Told) -> None:
        """Take note of the last sighting, or of its change."""
        key = person_of(told.moment)
        if key is None or (person := self.persons.get(key)) is None or told is not self.hub.last_of_person(key):
            return
        sighting = self._sighting(person, told)
        if before := self._last.get(key):
            again = before.told.moment.id == told.moment.id
            at, previous = (before.at, before.previous) if again else (sighting.at, before.at)
            sighting = replace(sighting, at=at, previous=previous)
        self._last[key] = sighting
        self._wake(key)

    @callback
    def _happened(self, told: Told) -> None:
        key = person_of(told.moment)
        if key is None or (person := self.persons.get(key)) is None:
            return
        sighting = self._sighting(person, told)
        if last := self._last.get(key):
            known = last.previous if last.told.moment.id == told.moment.id else last.at
            sighting = replace(sighting, previous=known if told.news is News.LIVE else None)
        for listener in tuple(self._listeners.get(key, ())) if told.news is News.LIVE else ():
            _call(listener, sighting)
        for listener in tuple(self._followers):
            _call(listener, sighting)

    def _wake(self, person: str) -> None:
        for wake in tuple(self._watchers.get(person, ())):
            _call(wake)

    def _sighting(self, person: WatchedPerson, told: Told) -> Sighting:
        # The vendor's clock may be wrong, but of what did not come at once there is no other.
        at = told.arrived if told.news is News.LIVE else min(told.moment.start, told.arrived)
        return Sighting(person=person, told=told, place=self._place(told), at=at)

    def _place(self, told: Told) -> str | None:
        camera = self._coordinator.data.cameras.get(told.moment.camera or "")
        return camera.name if camera else told.moment.place


def _added[T](listeners: list[T], listener: T) -> CALLBACK_TYPE:
    listeners.append(listener)
    return lambda: listeners.remove(listener)


def _call[*Args](listener: Callable[[*Args], None], *args: *Args) -> None:
    try:
        listener(*args)
    except Exception:
        _LOGGER.exception("Unexpected error telling of a watched person")
