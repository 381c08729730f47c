"""People: those whom somebody looks at, and those who can be chosen."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from time import monotonic
from typing import override

from .. import contract
from ..contract import PeopleWay
from ..errors import NotFound, NotPermitted, Rejected
from ..json import JsonObject
from ..models.databases import PeopleQuery, Tag
from ..models.state import Person
from . import wire
from .client import EconnectClient

_EVERY = 600.0
_AT_ONCE = 20
"""How many people are asked for in one poll, the longest overdue first."""


class Tags:
    """The names of tags, which people carry by their ids."""

    def __init__(self, client: EconnectClient) -> None:
        """Nothing is asked before it is needed."""
        self._client = client
        self._due = 0.0
        self.by_id: Mapping[str, Tag] = {}
        self.refusal: str | None = None

    async def refresh(self, *, urgent: bool = False) -> bool:
        """Ask when it is time, or at once; tell whether the server was asked."""
        if not urgent and monotonic() < self._due:
            return False
        try:
            rows = await self._client.tags.find(urgent=urgent)
            self.by_id = {tag.id: tag for tag in map(_tag, rows)}
            self.refusal = None
        except NotPermitted as error:
            self.by_id, self.refusal = {}, str(error)
            if urgent:
                raise
        self._due = monotonic() + _EVERY
        return True

    def names(self, applied: Collection[wire.AppliedTag], present: datetime) -> tuple[str, ...]:
        """Return the names of those that apply at present; they may have expired, and a tag may be disabled."""
        known = (self.by_id.get(tag.tag_id) for tag in applied if tag.expires is None or tag.expires > present)
        return tuple(tag.name for tag in known if tag and not tag.disabled)


class KnownPeople:
    """The people of the state: asked for one by one, now and then."""

    def __init__(self, client: EconnectClient, tags: Tags, present: Callable[[], datetime]) -> None:
        """`present` is the server's time."""
        self._client = client
        self._tags = tags
        self._present = present
        self._rows: dict[str, wire.Person | None] = {}
        self._due: dict[str, float] = {}
        self.refusal: str | None = None

    async def refresh(self, wanted: Collection[str]) -> bool:
        """Ask for these people where it is time, and forget the others; tell whether the server was asked."""
        self._rows = {person: row for person, row in self._rows.items() if person in wanted}
        self._due = {person: self._due.get(person, 0.0) for person in sorted(wanted)}
        due = sorted((person for person in self._due if self._due[person] <= monotonic()), key=self._due.__getitem__)
        for person in due[:_AT_ONCE]:
            try:
                self._note(wire.Person.read(await self._client.people.get(person), "person"), person)
                self.refusal = None
            except NotFound, Rejected:  # the latter for what is not even an id
                self._note(None, person)
            except NotPermitted as error:
                self.refusal = str(error)
                self._due = dict.fromkeys(self._due, monotonic() + _EVERY)
                return True
        return bool(due)

    def expire(self, person: str) -> None:
        """Ask for somebody again in the next poll."""
        if person in self._due:
            self._due[person] = 0.0

    def learn(self, row: JsonObject) -> Person:
        """Read a person; one whom somebody looks at need not be asked for again soon."""
        read = wire.Person.read(row, "person")
        if read.person_id in self._due:
            self._note(read, read.person_id)
        return self._person(read.person_id, read)

    def compose(self, previous: Mapping[str, Person]) -> Mapping[str, Person]:
        """Return the people, without those who do not exist (any more); the same objects where nothing changed.

        Somebody of whom nothing is known yet, or may be known, has no name.
        """
        people: dict[str, Person] = {}
        for key in self._due:
            if key in self._rows and self._rows[key] is None:
                continue
            person = self._person(key, self._rows.get(key))
            before = previous.get(key)
            people[key] = before if before == person and before else person
        return people

    def _note(self, row: wire.Person | None, person: str) -> None:
        self._rows[person] = row
        self._due[person] = monotonic() + _EVERY

    def _person(self, key: str, row: wire.Person | None) -> Person:
        if row is None:
            return Person(id=key, name=None)
        return Person(id=key, name=_name(row), tags=self._tags.names(row.tags, self._present()))


class EconnectPeople(contract.People):
    """People to choose from: by tag, by custom field or by id."""

    ways = (PeopleWay.TAG, PeopleWay.FIELD, PeopleWay.ID)

    def __init__(self, client: EconnectClient, tags: Tags, known: KnownPeople) -> None:
        """`known` is told who was found."""
        self._client = client
        self._tags = tags
        self._known = known

    @override
    async def choices(self, query: PeopleQuery) -> tuple[Person, ...]:
        """Find people by one of a tag's id, a custom field, or their own id."""
        rows = await self._rows(query)
        try:
            await self._tags.refresh()
        except NotPermitted:
            pass  # they have no tags then
        return tuple(self._known.learn(row) for row in rows)

    @override
    async def tags(self) -> tuple[Tag, ...]:
        await self._tags.refresh(urgent=True)
        return tuple(self._tags.by_id.values())

    async def _rows(self, query: PeopleQuery) -> tuple[JsonObject, ...]:
        people = self._client.people
        if query.id is not None:
            try:
                return (await people.get(query.id, urgent=True),)
            except NotFound, Rejected:
                return ()
        if query.tag is not None:
            return await people.with_tag(query.tag, urgent=True)
        if query.field_name is not None:
            return await people.with_field(query.field_name, query.field_value, urgent=True)
        raise Rejected("people: not asked", "people are found by a tag, a custom field or their id, and not by name")


def _name(person: wire.Person) -> str | None:
    """Return the first of the names, as the vendor's own samples do."""
    for alias in person.aliases[:1]:
        parts = (alias.first_name, alias.middle_name, alias.last_name)
        if name := " ".join(part.strip() for part in parts if part and part.strip()):
            return name
    return None


def _tag(row: JsonObject) -> Tag:
    tag = wire.Tag.read(row, "tag")
    return Tag(id=tag.tag_id, name=tag.tag_name or tag.tag_id, disabled=bool(tag.disabled))
