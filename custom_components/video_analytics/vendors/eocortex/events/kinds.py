"""Kinds of events: a few are known by their GUID, the server names the others."""

from collections.abc import Iterable, Mapping

from ...models.moments import MomentKind
from ..wire.events import EventKind

FACE = "427f1cc3-2c2f-4f50-8865-56ae99c3610d"
PLATE = "c9d6d086-c965-4cf8-aef6-85b3894e3a4a"
MOTION = "00000000-0000-0000-0000-000000000033"
MOTION_STARTED = "eb0bb455-b85f-4ac4-851f-f30a11797579"

KNOWN: Mapping[str, MomentKind] = {
    FACE: MomentKind.FACE,
    PLATE: MomentKind.PLATE,
    MOTION: MomentKind.MOTION,
    MOTION_STARTED: MomentKind.MOTION_STARTED,
}
"""What clients have found out; the GUIDs are the same at every server (facts, section 5.2)."""

_MOST = 1000

# The GUIDs of these are not published. The server names its kinds in its own language, so that a name is only a hint;
# where it misleads, the moment still has the vendor's name. Words are beginnings.
_HINTS: tuple[tuple[MomentKind, tuple[tuple[str, ...], ...]], ...] = (
    (MomentKind.MOTION_ENDED, (("motion", "движени", "movement"), ("end", "stop", "окончан", "конец", "заверш"))),
    (MomentKind.CONNECTION_LOST, (("connection", "связ", "соединени"), ("lost", "loss", "lose", "потер"))),
    (MomentKind.CONNECTION_RESTORED, (("connection", "связ", "соединени"), ("restor", "establish", "восстан"))),
    (MomentKind.USER_ALARM, (("user", "operator", "пользовател", "оператор"), ("alarm", "тревог"))),
    (MomentKind.EXTERNAL, (("external", "внешн"), ("event", "событи"))),
)


class Kinds:
    """The directory of kinds, as far as a server has told it."""

    def __init__(self, listed: Iterable[EventKind] = ()) -> None:
        """Take what a server lists."""
        self._names = {plain_guid(kind.id): kind.label for kind in listed}
        self.tells_ends_of_motion = any(_hinted(name or "") is MomentKind.MOTION_ENDED for name in self._names.values())

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the GUIDs to be asked for, what people wait for first."""
        return tuple(dict.fromkeys((FACE, PLATE, MOTION_STARTED, MOTION, *self._names)))

    def add(self, event_id: str) -> bool:
        """Take note of a kind that was met but is not listed; tell whether it is new."""
        if event_id in KNOWN or event_id in self._names or len(self._names) >= _MOST:
            return False
        self._names[event_id] = None
        return True

    def name(self, event_id: str) -> str | None:
        """Return the server's own name of a kind."""
        return self._names.get(event_id)

    def kind(self, event_id: str) -> MomentKind:
        """Return what happened."""
        return KNOWN.get(event_id) or _hinted(self._names.get(event_id) or "")

    def of(self, kinds: frozenset[MomentKind]) -> tuple[str, ...]:
        """Return the GUIDs of some kinds; none stands for all."""
        return tuple(event_id for event_id in self.ids if not kinds or self.kind(event_id) in kinds)


def _hinted(name: str) -> MomentKind:
    words = name.lower().split()
    for kind, groups in _HINTS:
        if all(any(word.startswith(group) for word in words) for group in groups):
            return kind
    return MomentKind.OTHER


def plain_guid(text: str) -> str:
    """Return a GUID as all are compared."""
    return text.strip(" {}").lower()
