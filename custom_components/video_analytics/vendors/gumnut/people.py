"""Whom a user can choose to be watched."""

from dataclasses import replace
from typing import override

from .. import contract
from ..contract import PeopleWay
from ..models.databases import PeopleQuery, Tag
from ..models.state import Person
from . import decode, wire
from .client import GumnutClient
from .pictures import reference


def _choice(row: wire.Person) -> Person:
    """Return somebody with the address of the portrait, which is shown at once."""
    person = decode.person(row)
    if person.portrait is None or row.thumbnail_face_id is None:
        return person
    return replace(person, portrait=reference("face", row.thumbnail_face_id, row.asset_urls))


class GumnutPeople(contract.People):
    """Those with a name; Gumnut has no tags, and people have no fields to be searched for."""

    ways = (PeopleWay.LIST, PeopleWay.EVERYBODY)

    def __init__(self, client: GumnutClient, library: str) -> None:
        """Belong to a library."""
        self._client = client
        self._library = library

    @override
    async def choices(self, query: PeopleQuery) -> tuple[Person, ...]:
        if query.tag is not None or query.field_name is not None:
            return ()
        ids = (query.id,) if query.id is not None else ()
        rows = self._client.people.list(self._library, name=query.name, ids=ids, urgent=True)
        return tuple([_choice(row) async for row in rows if row.name])

    @override
    async def tags(self) -> tuple[Tag, ...]:
        return ()
