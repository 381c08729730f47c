"""What is remembered of an account's moments across restarts: how far was read, and what happened last."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import fields
from datetime import UTC, datetime
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..coordinator import Item
from ..vendors.models.moments import Moment, MomentKind, PictureRef, Recognition, Watermark
from ..vendors.track import LONGEST
from .told import News, Slot, Told, person_of, subject_of

_LOGGER = logging.getLogger(__name__)
_VERSION = 1
_SAVE_DELAY = 2.0
"""Seconds. What happens between a save and a crash is told again after the restart."""
_PEOPLE = 200
"""So many are remembered beside those who are watched."""


class Memory:
    """The stored part of a hub: few things per camera, however much happens."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], ahead: Callable[[], Iterable[str]]) -> None:
        """Nothing is read before `async_load`; `ahead` returns the ids of what was told behind the watermark."""
        self._store = _store(hass, entry.entry_id)
        self._saving = False
        self._ahead = ahead
        self.watermark: Watermark | None = None
        self.told_ahead: frozenset[str] = frozenset()
        """What the run before told behind its watermark."""
        self.filled: set[str] = set()
        """Cameras whose history has been looked at."""
        self.filled_people: set[str] = set()
        """Watched people of whom the vendor was asked by id."""
        self._last: dict[tuple[Item, Slot], Told] = {}
        self._open: dict[str, Told] = {}
        self._motion_ended: dict[Item, datetime] = {}
        self._people: dict[str, Told] = {}
        """When each person was seen last."""
        self.watched: Set[str] = frozenset()
        """People who are never forgotten."""

    async def async_load(self) -> None:
        """Read what earlier runs stored; what cannot be read is forgotten."""
        if (stored := await self._store.async_load()) is None:
            return
        if (positions := stored.get("positions")) is not None:
            self.watermark = Watermark(dict(positions))
        self.told_ahead = frozenset(stored.get("ahead", ()))
        self.filled = set(stored.get("filled", ()))
        self.filled_people = set(stored.get("filled_people", ()))
        self.watched = frozenset(stored.get("watched", ()))
        for row in stored.get("last", ()):
            if (told := _read(row)) and row.get("slot") in Slot:
                self._last[told.subject, Slot(row["slot"])] = told
        for row in stored.get("open", ()):
            if told := _read(row):
                self._open[told.moment.id] = told
        for row in stored.get("people", ()):
            if (told := _read(row)) and (person := person_of(told.moment)):
                self._people[person] = told

    async def async_close(self) -> None:
        """Write all, after a write that is under way: the next set-up reads the file as soon as this returns."""
        await self._store.async_save(self._data())

    @callback
    def save(self) -> None:
        """Write soon. Every call of the store's own delay would put the write off again."""
        if not self._saving:
            self._saving = True
            self._store.async_delay_save(self._data, _SAVE_DELAY)

    def last(self, subject: Item, slot: Slot) -> Told | None:
        """Return what happened last."""
        return self._last.get((subject, slot))

    def known(self, moment: Moment) -> Told | None:
        """Return a moment as it was told, as long as it lasts or is the last of its kind."""
        subject = subject_of(moment)
        person = self.last_of_person(person_of(moment))
        candidates = [*(self.last(subject, slot) for slot in Slot), self._open.get(moment.id), person]
        return next((told for told in candidates if told and told.moment.id == moment.id), None)

    def last_of_person(self, person: str | None) -> Told | None:
        """Return when a person was seen last; no person was never seen."""
        return self._people.get(person) if person else None

    @property
    def people(self) -> list[Told]:
        """Return when everybody who is remembered was seen last, latest first."""
        return sorted(self._people.values(), key=lambda told: told.moment.start, reverse=True)

    def open(self, subject: Item) -> Iterator[Told]:
        """Return what lasts at present."""
        self._forget_open()
        return (told for told in self._open.values() if told.subject == subject)

    @callback
    def remember(self, told: Told, slots: Iterable[Slot]) -> None:
        """Take note of a moment, or of its change."""
        moment = told.moment
        if moment.kind in (MomentKind.MOTION_STARTED, MomentKind.MOTION_ENDED):
            self._close_motion(told)
        if moment.end is not None or moment.instant or self._has_ended(told):
            self._open.pop(moment.id, None)
        elif told.news is not News.PAST:  # nobody would hear of the end of one from the history
            self._open[moment.id] = told
        for slot in slots:
            key = told.subject, slot
            known = self._last.get(key)
            if (
                known is None
                or known.moment.id == moment.id
                or (told.news is not News.UPDATE and known.moment.start <= moment.start)
            ):
                self._last[key] = told
        self.meet(told)
        self._forget_open()
        self.save()

    @callback
    def meet(self, told: Told) -> None:
        """Take note of who was seen, if anybody knows."""
        if (person := person_of(told.moment)) is None:
            return
        known, moment = self._people.get(person), told.moment
        if known and known.moment.id != moment.id:
            if moment.start < known.moment.start or (told.news is News.UPDATE and moment.start == known.moment.start):
                return
        self._people[person] = told
        if known is None:
            others = [key for key in self._people if key not in self.watched]
            if len(others) > _PEOPLE:
                del self._people[min(others, key=lambda key: self._people[key].moment.start)]

    @callback
    def keep_only(self, subjects: Mapping[str, object]) -> None:
        """Forget cameras that the vendor has no longer."""
        gone = [key for key in self._last if key[0].field == "cameras" and key[0].id not in subjects]
        for key in gone:
            del self._last[key]
            self._motion_ended.pop(key[0], None)
        self.filled.intersection_update(subjects)

    @callback
    def keep_people(self, watched: Set[str]) -> bool:
        """Never forget these, and begin anew with others; tell whether the watermark has lost a position.

        What people do while nobody watches them is not told afterwards.
        """
        gone = frozenset(self.watched - watched)
        self.watched = watched
        self.filled_people -= gone
        for key in [key for key in self._last if key[0].field == "people" and key[0].id not in watched]:
            del self._last[key]
        if self.watermark is None or gone.isdisjoint(self.watermark.positions):
            return False
        kept = {key: position for key, position in self.watermark.positions.items() if key not in gone}
        self.watermark = Watermark(kept)
        return True

    @callback
    def begin_anew(self, cameras: Set[str]) -> None:
        """Forget how far cameras were read: what happens while nobody wants to hear of it is not told afterwards."""
        if self.watermark:
            kept = {key: position for key, position in self.watermark.positions.items() if key not in cameras}
            self.watermark = Watermark(kept)
        self.filled -= cameras

    def _close_motion(self, told: Told) -> None:
        """End what motion lasts there: by its end, which is a moment of its own, or by the next one."""
        moment = told.moment
        if moment.kind is MomentKind.MOTION_ENDED:
            self._motion_ended[told.subject] = max(moment.start, self._motion_ended.get(told.subject, moment.start))
        for key, known in list(self._open.items()):
            is_motion = known.subject == told.subject and known.moment.kind is MomentKind.MOTION_STARTED
            if is_motion and known.moment.start <= moment.start:
                del self._open[key]

    def _has_ended(self, told: Told) -> bool:
        """Tell whether the end of a motion became known before its beginning."""
        ended = self._motion_ended.get(told.subject)
        return told.moment.kind is MomentKind.MOTION_STARTED and ended is not None and told.moment.start <= ended

    def _forget_open(self) -> None:
        oldest = datetime.now(UTC) - LONGEST
        for key in [key for key, told in self._open.items() if told.moment.start <= oldest]:
            del self._open[key]

    def _data(self) -> dict[str, Any]:
        self._saving = False
        return {
            "positions": dict(self.watermark.positions) if self.watermark else None,
            "ahead": list(self._ahead()),
            "filled": sorted(self.filled),
            "filled_people": sorted(self.filled_people),
            "watched": sorted(self.watched),
            "last": [{**_row(told), "slot": slot} for (_, slot), told in self._last.items()],
            "open": [_row(told) for told in self._open.values()],
            "people": [_row(told) for told in self._people.values()],
        }


async def async_forget_moments(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Remove what is stored of an account."""
    await _store(hass, entry.entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    # Names and plates are in it: private.
    return Store(hass, _VERSION, f"{DOMAIN}.{entry_id}.moments", private=True, atomic_writes=True)


def _row(told: Told) -> dict[str, Any]:
    """Write a moment down; addresses of pictures are signed and expire, so that only the reference is kept."""
    moment = {field.name: getattr(told.moment, field.name) for field in fields(told.moment)}
    reference = told.moment.picture.id if told.moment.picture else None
    return {"moment": {**moment, "picture": reference}, "arrived": told.arrived, "picture": told.picture}


def _read(row: Mapping[str, Any]) -> Told | None:
    try:
        moment = dict(row["moment"])
        start, end, recognition = moment["start"], moment["end"], moment["recognition"]
        moment |= {
            "kind": MomentKind(moment["kind"]),
            "start": datetime.fromisoformat(start),
            "end": datetime.fromisoformat(end) if end else None,
            "recognition": Recognition(recognition) if recognition else None,
            "groups": tuple(moment["groups"]),
            "picture": PictureRef(moment["picture"]) if moment["picture"] else None,
        }
        arrived = datetime.fromisoformat(row["arrived"])
        return Told(moment=Moment(**moment), news=News.PAST, arrived=arrived, picture=row["picture"])
    except KeyError, TypeError, ValueError:
        _LOGGER.warning("A stored moment cannot be read, and is forgotten")
        return None
