"""Who is told of moments."""

from collections import deque
from collections.abc import Callable, Collection, Iterable
import logging
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..coordinator import Item
from .told import News, Slot, Told

_LOGGER = logging.getLogger(__name__)
_HANDOVER = 10.0
"""Seconds that an event waits for the entity that is being added for it."""
_HANDED_OVER = 1024
"""So many of them: a crowd may come at once."""

type Listener = Callable[[Told], None]
type Subjects = Callable[[], frozenset[Item]]


class Audience:
    """Tells images and sensors first, then event entities, then whoever follows all."""

    def __init__(self, hass: HomeAssistant, changed: CALLBACK_TYPE) -> None:
        """`changed` is called when there is interest in other subjects."""
        self._hass = hass
        self._changed = changed
        self._watchers: dict[Item, list[Listener]] = {}
        self._listeners: dict[tuple[Item, Slot], list[Listener]] = {}
        self._followers: list[tuple[Listener, Subjects | None]] = []
        self._lookers: list[CALLBACK_TYPE] = []
        self._handover: dict[tuple[Item, Slot], deque[Told]] = {}
        self._timers: dict[tuple[Item, Slot], CALLBACK_TYPE] = {}

    @property
    def subjects(self) -> frozenset[Item]:
        """Return of whom somebody wants to hear."""
        followed = [subjects() for _, subjects in self._followers if subjects]
        return frozenset(self._watchers).union((subject for subject, _ in self._listeners), *followed)

    @callback
    def watch(self, subject: Item, listener: Listener) -> CALLBACK_TYPE:
        """Tell of everything at a subject: new, late, past and changed moments."""
        return self._interested(self._watchers, subject, listener)

    @callback
    def listen(self, subject: Item, slot: Slot, listener: Listener) -> CALLBACK_TYPE:
        """Tell of what happens now, once; also of what made the listener's entity be added."""
        if (subject, slot) in self._handover:
            # The entity that is being added writes its first state before it can have events.
            self._hass.loop.call_soon(self._hand_out, (subject, slot))
        return self._interested(self._listeners, (subject, slot), listener)

    @callback
    def follow(self, listener: Listener, subjects: Subjects | None = None) -> CALLBACK_TYPE:
        """Tell of what happens anywhere, once, late moments as well.

        `subjects` returns of whom the vendor is asked for the listener's sake; when that changes, call `ask_again`.
        """
        follower = listener, subjects
        self._followers.append(follower)
        self._changed()

        def lose_interest() -> None:
            self._followers.remove(follower)
            self._changed()

        return lose_interest

    @callback
    def ask_again(self) -> None:
        """Ask the followers for their subjects again."""
        self._changed()

    @callback
    def look_out(self, wake: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Wake when something happens for the first time at a subject: it has entities of its own."""
        self._lookers.append(wake)
        return lambda: self._lookers.remove(wake)

    @callback
    def close(self) -> None:
        """Let go of the timers."""
        for key in list(self._handover):
            self._drop(key)

    @callback
    def tell(self, told: Told, slots: Collection[Slot], first: Collection[Slot]) -> None:
        """Tell everybody whom it concerns; `first` are the slots that were empty until now."""
        live = told.news is News.LIVE
        handed_over = [slot for slot in first if live and (told.subject, slot) not in self._listeners]
        for slot in handed_over:
            self._hand_over((told.subject, slot), told)
        for wake in list(self._lookers) if first else ():
            self._call(wake)
        for listener in list(self._watchers.get(told.subject, ())):
            self._call(listener, told)
        for slot in slots if live else ():
            if slot not in handed_over:
                self._tell_listeners((told.subject, slot), told)
        if told.news in (News.LIVE, News.LATE):
            for listener, _ in list(self._followers):
                self._call(listener, told)

    def _tell_listeners(self, key: tuple[Item, Slot], told: Told) -> None:
        if key in self._handover:
            self._handover[key].append(told)
            return
        for listener in list(self._listeners.get(key, ())):
            self._call(listener, told)

    @callback
    def _hand_out(self, key: tuple[Item, Slot]) -> None:
        for told in self._drop(key):
            self._tell_listeners(key, told)

    def _interested[K](self, audience: dict[K, list[Listener]], key: K, listener: Listener) -> CALLBACK_TYPE:
        def lose_interest() -> None:
            audience[key].remove(listener)
            if not audience[key]:
                del audience[key]
            self._changed()

        audience.setdefault(key, []).append(listener)
        self._changed()
        return lose_interest

    def _hand_over(self, key: tuple[Item, Slot], told: Told) -> None:
        """Keep an event for a while: the entity may be added any moment, but the user may have disabled it."""

        @callback
        def forget(_: Any) -> None:
            self._timers.pop(key, None)
            self._handover.pop(key, None)

        self._handover[key] = deque([told], maxlen=_HANDED_OVER)
        self._timers[key] = async_call_later(self._hass, _HANDOVER, forget)

    def _drop(self, key: tuple[Item, Slot]) -> Iterable[Told]:
        if cancel := self._timers.pop(key, None):
            cancel()
        return self._handover.pop(key, ())

    @callback
    def _call[*Args](self, listener: Callable[[*Args], None], *args: *Args) -> None:
        try:
            listener(*args)
        except Exception:
            _LOGGER.exception("Unexpected error telling of a moment")
