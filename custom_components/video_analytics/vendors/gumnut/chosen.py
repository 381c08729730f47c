"""Which changes of one reading of the feed are told: of late ones the latest few, of the others as good as all."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from . import wire
from .feed import Position

MOST_LATE = 50
"""Entities of one type that are told late, however long the feed was not read. Of more only the state is told."""
MOST_LIVE = 1000
"""Entities of one type that are told as they happen: more than somebody's telephone uploads in two minutes."""


@dataclass(frozen=True, slots=True)
class _Entity:
    """What happened to an entity first in each way, and before which page of the reading the first of it stands."""

    page: int
    position: Position
    changes: dict[str, wire.Change] = field(default_factory=dict)


class Chosen:
    """The changes that will be told, by entity; who changed last is kept."""

    def __init__(self) -> None:
        """Nothing is chosen yet."""
        self.passed_over = 0
        """How many changes are not told though they are not late."""
        self._kept: dict[tuple[str, bool], OrderedDict[str, _Entity]] = {}

    def add(self, changes: Iterable[tuple[wire.Change, bool]], page: int, position: Position) -> None:
        """Choose changes of a page, each with whether it is late; the page begins at a position."""
        for change, late in changes:
            kept = self._kept.setdefault((change.entity_type, late), OrderedDict())
            kept.setdefault(change.entity_id, _Entity(page, position)).changes.setdefault(change.event_type, change)
            kept.move_to_end(change.entity_id)
            if len(kept) > (MOST_LATE if late else MOST_LIVE):
                _, oldest = kept.popitem(last=False)
                if not late:
                    self.passed_over += len(oldest.changes)

    @property
    def changes(self) -> list[wire.Change]:
        """Return the changes, oldest first."""
        found = (change for entity in self._entities() for change in entity.changes.values())
        return sorted(found, key=lambda change: change.created_at)

    @property
    def position(self) -> Position | None:
        """Return the position before the page with the oldest of them; None without any."""
        oldest = min(self._entities(), key=lambda entity: entity.page, default=None)
        return oldest.position if oldest else None

    def _entities(self) -> Iterator[_Entity]:
        for kept in self._kept.values():
            yield from kept.values()
