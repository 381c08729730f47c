"""What the feed of changes says has to be read again."""

from dataclasses import dataclass, field

from . import wire

_COUNTS_CHANGE = frozenset({"asset_trashed", "asset_restored", "asset_deleted", "asset_moved_out", "asset_moved_in"})
"""Counts of people change with these, and no change tells whose."""
_MOST_PEOPLE = 200


@dataclass(slots=True)
class Stale:
    """What is not known to be as it was; at first everything. Whoever reads it anew takes it away before."""

    library: bool = True
    everybody: bool = True
    people: set[str] = field(default_factory=set)
    photographed: set[str] = field(default_factory=set)
    """People whose newest photo changed, who did not change themselves."""
    newest: dict[str, str | None] = field(default_factory=dict)
    """Which photo is shown as the newest of people."""

    def note(self, change: wire.Change) -> None:
        """Take note of a change; which kinds there are grows with the vendor."""
        if change.entity_type in ("asset", "metadata"):
            self.library = True
            self.photographed.update(person for person, asset in self.newest.items() if asset == change.entity_id)
        if change.event_type in _COUNTS_CHANGE:
            self.everybody = True
        if change.entity_type == "person":
            self.note_people(change.entity_id)
        if payload := change.payload:
            self.note_people(payload.person_id, payload.previous_person_id)

    def note_people(self, *people: str | None) -> None:
        """Take note of people whose fields or photos changed."""
        self.people.update(person for person in people if person)
        if len(self.people) > _MOST_PEOPLE:
            self.people.clear()
            self.everybody = True
