"""The log of events: what the world makes happen while a camera is online, and what is done to the system."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
import heapq
from math import floor, inf

from ..simulation import Simulation
from .cameras import Camera
from .happening import Event, happened
from .kinds import KINDS
from .modules import Modules
from .quirks import Quirks, Setup

REMEMBERED = 20_000
"""How many events that were made are kept; those of the world need no keeping."""


class Log:
    """Everything that happened, for the streams and for the archive alike.

    A camera that is offline notices nothing, then or later. Modules, licences, quirks and the list of cameras are always those of
    now, also for what is past.
    """

    def __init__(self, simulation: Simulation, modules: Modules, quirks: Quirks, setup: Setup) -> None:
        self._simulation = simulation
        self._modules = modules
        self._setup = setup
        self._quirks = quirks
        self.listeners: set[Callable[[], None]] = set()
        """Called when something was written."""
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._made: deque[tuple[Event, bool]] = deque(maxlen=REMEMBERED)
        self._outages: dict[str, list[tuple[float, float]]] = {}
        self.written = 0
        """How many events have been made so far."""

    @property
    def now(self) -> float:
        """The simulated Unix time in whole milliseconds, as events are dated; never in the future."""
        return floor(self._simulation.clock.now() * 1000) / 1000

    def hang_up(self, camera: Camera) -> None:
        """Remember that a new camera has not been online, if it has not."""
        self._outages[camera.id] = [] if camera.online else [(-inf, inf)]

    def changed(self, camera: Camera, was_online: bool, was_disabled: bool) -> None:
        """Write down that a camera went offline or came back; nothing is told of one that is switched on or off."""
        if camera.online == was_online:
            return
        now, outages = self.now, self._outages[camera.id]
        if camera.online:
            outages[-1] = (outages[-1][0], now)
        else:
            outages.append((now, inf))
        if camera.disabled == was_disabled:
            kind = "connection_restored" if camera.online else "connection_lost"
            self.write(Event(KINDS[kind].id, camera.id, now))

    def write(self, event: Event, *, live: bool = True) -> None:
        """Put an event on its camera's timeline; one that is not live is found in the archive only."""
        self._made.append((event, live))
        self.written += 1
        for tell in tuple(self.listeners):
            tell()

    def live_since(self, written: int) -> Iterator[Event]:
        """Yield the events for the streams that were made after so many others, of all cameras."""
        missed = min(self.written - written, len(self._made))
        yield from (event for event, live in list(self._made)[len(self._made) - missed :] if live)

    def of_world(
        self, cameras: Iterable[Camera], kinds: frozenset[str] | None, start: float, end: float, *, backwards: bool
    ) -> Iterator[Event]:
        """Yield what happened by itself inside ``[start, end)``, in order."""
        world, language = self._simulation.world, self._quirks.language
        timelines = [
            happened(world, camera, self._working(camera), language, kinds, start, end, backwards=backwards)
            for camera in cameras
        ]
        merged = heapq.merge(*timelines, key=_at, reverse=backwards)
        return (event for event in merged if self._was_online(event.camera_id, event.at))

    def _working(self, camera: Camera) -> frozenset[str]:
        """Return the modules of a camera that are on and licensed."""
        enabled = self._modules.enabled(camera) | ({"objectcounting"} if camera.counts_objects else set())
        licensed = self._setup.as_json()
        return frozenset(name for name in enabled if licensed[name] is True)

    def find(
        self,
        cameras: Iterable[Camera],
        kinds: frozenset[str] | None,
        start: float,
        end: float,
        *,
        backwards: bool = False,
    ) -> Iterator[Event]:
        """Yield all events inside ``[start, end)``, in order; none of the future."""
        end, known = min(end, self._simulation.clock.now() + 1e-6), {camera.id: camera for camera in cameras}
        made = [
            event
            for event, _ in self._made
            if event.camera_id in known and start <= event.at < end and (kinds is None or event.kind in kinds)
        ]
        made.sort(key=_at, reverse=backwards)
        by_itself = self.of_world(known.values(), kinds, start, end, backwards=backwards)
        return heapq.merge(by_itself, made, key=_at, reverse=backwards)

    def _was_online(self, camera_id: str, moment: float) -> bool:
        return not any(start <= moment < end for start, end in self._outages.get(camera_id, ()))

    def was_online(self, camera: Camera, moment: float) -> bool:
        """Return whether a camera noticed what happened at a Unix time."""
        return self._was_online(camera.id, moment)


def _at(event: Event) -> float:
    return event.at
