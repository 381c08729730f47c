"""Watched people: who they are, which subentry owns them, and when and where each was seen last."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
import logging
from typing import Any, Final, Self

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .coordinator import AccountCoordinator, Interest, Item, Whole
from .devices import people_devices, update_people
from .moments import Listener, MomentHub, News, Told, person_of
from .names import normalised_name
from .vendors.models.moments import MomentKind
from .vendors.models.state import AccountState, Part, Person

_LOGGER = logging.getLogger(__name__)

_PHOTOGRAPHED: Final = 4096
SUBENTRY_PEOPLE: Final = "people"
CONF_PEOPLE: Final = "people"
CONF_ID: Final = "id"
CONF_NAME: Final = "name"
CONF_TAG: Final = "tag"
CONF_EVERYBODY: Final = "everybody"
CONF_MOST: Final = "most"
DEFAULT_MOST: Final = 50
"""So many people are watched who come and go."""
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
    has_id: bool = False
    """Whether the vendor knows people by ids, so that the name is only what to call somebody."""

    @classmethod
    def of(cls, subentry: ConfigSubentry) -> tuple[Self, ...]:
        """Read the people whom a subentry names; those who come and go are known to the vendor."""
        recently = recently_of(subentry)
        return tuple(
            cls(
                id=row.get(CONF_ID) or normalised_name(row[CONF_NAME]),
                name=row[CONF_NAME],
                subentry=subentry.subentry_id,
                recently=recently,
                has_id=CONF_ID in row,
            )
            for row in subentry.data.get(CONF_PEOPLE, ())
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
type PhotoListener = Callable[[WatchedPerson, Told], None]


def recently_of(subentry: ConfigSubentry) -> timedelta:
    """Return how long the people of a subentry count as seen recently."""
    return timedelta(minutes=subentry.data.get(CONF_SEEN_RECENTLY, DEFAULT_SEEN_RECENTLY))


def is_followed(subentry: ConfigSubentry) -> bool:
    """Tell whether the people of a subentry come and go, as they carry a tag or have a name."""
    return CONF_TAG in subentry.data or CONF_EVERYBODY in subentry.data


def everybody(state: AccountState) -> dict[str, Person]:
    """Return those by id who have a name and are not hidden, of an account whose state holds everybody."""
    return {key: person for key, person in state.people.items() if person.name and not person.hidden}


def watched_by_entry(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dict[str, WatchedPerson]:
    """Return all watched people of an account by id, whether it is connected or not.

    Those who come and go, and the present names of those who have ids, are known by their devices.
    """
    devices = people_devices(hass, entry)
    watched: dict[str, WatchedPerson] = {}
    subentries = entry.get_subentries_of_type(SUBENTRY_PEOPLE)
    for person in (person for subentry in subentries for person in WatchedPerson.of(subentry)):
        known = devices.get(person.id)
        watched[person.id] = replace(person, name=known.name) if known and known.name and person.has_id else person
    for subentry in filter(is_followed, subentries):
        watched |= {
            key: WatchedPerson(
                id=key,
                name=device.name or key,
                subentry=subentry.subentry_id,
                recently=recently_of(subentry),
                has_id=True,
            )
            for key, device in devices.items()
            if device.config_subentry_id == subentry.subentry_id and key not in watched
        }
    return watched


class WatchedPeople:
    """The watched people of one account.

    Sensors and images that watch a person are told first, then the events of that person, then whoever follows all.
    """

    def __init__(self, coordinator: AccountCoordinator, hub: MomentHub) -> None:
        """Nobody is told before `start`; what earlier runs saw is there at once."""
        self.hub = hub
        self.persons: Mapping[str, WatchedPerson] = watched_by_entry(coordinator.hass, coordinator.config_entry)
        """By id."""
        self._coordinator = coordinator
        self._started = False
        self._watched: dict[Item, CALLBACK_TYPE] = {}
        self._watchers: dict[str, list[CALLBACK_TYPE]] = {}
        self._lookers: list[CALLBACK_TYPE] = []
        self._listeners: dict[str, list[SightingListener]] = {}
        self._photo_listeners: dict[str, list[Listener]] = {}
        self._photo_followers: list[PhotoListener] = []
        self._photographed: OrderedDict[tuple[str, str | None], None] = OrderedDict()
        """Who was told to be in which photo: a video has a face of somebody for every scene."""
        self._followers: list[SightingListener] = []
        self._last: dict[str, Sighting] = {}
        self._make_devices()
        self._remember()

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Hear of those who have ids, and for the others of all cameras whose events the user wants."""
        self._started = True
        self._look()
        ends = (
            self._coordinator.async_add_listener(self._look, Interest(Whole.CONTENTS)),
            self.hub.audience.follow(self._happened),
        )

        def stop() -> None:
            self._started = False
            for end in (*ends, *self._watched.values()):
                end()
            self._watched.clear()

        return stop

    @callback
    def replace(self, persons: Collection[WatchedPerson]) -> None:
        """Watch these from now on. Others lose their devices."""
        before = self.persons
        self.persons = {person.id: person for person in persons}
        if self.persons == before:
            return
        self._make_devices()
        if self._started:
            self._look()  # first: the hub has to find nobody wanted whom it is to forget
        self._remember()
        for wake in tuple(self._lookers):
            _call(wake)

    @callback
    def look_out(self, wake: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Wake when others are watched than before."""
        return _added(self._lookers, wake)

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
    def listen_photos(self, person: str, listener: Listener) -> CALLBACK_TYPE:
        """Tell of every photo that a person is found in now, once; the moment is that of the first face."""
        return _added(self._photo_listeners.setdefault(person, []), listener)

    @callback
    def follow_photos(self, listener: PhotoListener) -> CALLBACK_TYPE:
        """Tell of every photo that anybody watched is found in, once; late ones as well, as `told.news` says."""
        return _added(self._photo_followers, listener)

    @callback
    def follow(self, listener: SightingListener) -> CALLBACK_TYPE:
        """Tell of every time that anybody watched is seen, once; late moments as well, as `told.news` says."""
        return _added(self._followers, listener)

    def _make_devices(self) -> None:
        update_people(self._coordinator.hass, self._coordinator.config_entry, self.persons.values())

    def _remember(self) -> None:
        """Take what is known of those who are watched, and let go of the others."""
        self.hub.keep_people(self.persons.keys())
        told_of = {key: told for key in self.persons if (told := self.hub.last_of_person(key)) is not None}
        self._last = {
            key: self._last.get(key) or self._sighting(self.persons[key], told) for key, told in told_of.items()
        }

    @callback
    def _look(self) -> None:
        """Watch those who have ids, or the cameras that there are, and show the present names."""
        cameras = self._coordinator.data.cameras
        options = self._coordinator.options
        wanted = {Item("people", person.id) for person in self.persons.values() if person.has_id}
        if len(wanted) < len(self.persons):
            wanted |= {Item("cameras", camera) for camera in cameras if options.wants_events_of(camera)}
        for item in self._watched.keys() - wanted:
            self._watched.pop(item)()
        for item in wanted - self._watched.keys():
            self._watched[item] = self._watch(item)
        self._rename()
        for key, sighting in self._last.items():
            # A camera that is gone keeps its last name.
            if (place := self._place(sighting.told)) and place != sighting.place:
                self._last[key] = replace(sighting, place=place)
                self._wake(key)

    def _watch(self, item: Item) -> CALLBACK_TYPE:
        ends = [self.hub.audience.watch(item, self._told)]
        if item.field == "people":
            # Names and tags are asked for as long as somebody is watched.
            interest = Interest(item, Part.PERSON)
            ends.append(self._coordinator.async_add_listener(lambda: self._wake(item.id), interest))

        def unwatch() -> None:
            for end in ends:
                end()

        return unwatch

    def _rename(self) -> None:
        """Call those who have ids what the vendor calls them."""
        known = self._coordinator.data.people
        renamed = {
            key: replace(person, name=name)
            for key, person in self.persons.items()
            if person.has_id and key in known and (name := known[key].name) and name != person.name
        }
        if renamed:
            self.persons = {**self.persons, **renamed}
            self._make_devices()

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
        if told.moment.kind is MomentKind.FACE_FOUND:
            self._found_in_photo(told)
            return
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

    def _found_in_photo(self, told: Told) -> None:
        if (person := self.persons.get(told.moment.person or "")) is None:
            return
        key = person.id, told.moment.asset
        if key in self._photographed:
            return
        self._photographed[key] = None
        if len(self._photographed) > _PHOTOGRAPHED:
            self._photographed.popitem(last=False)
        for listener in tuple(self._photo_listeners.get(person.id, ())) if told.news is News.LIVE else ():
            _call(listener, told)
        for follower in tuple(self._photo_followers):
            _call(follower, person, told)

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
