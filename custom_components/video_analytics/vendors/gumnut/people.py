"""Whom a user can choose to be watched."""

from typing import override

from .. import contract
from ..contract import PeopleWay
from ..models.databases import PeopleQuery, Tag
from ..models.state import Person
from . import decode
from .client import GumnutClient


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
        return tuple([decode.person(row) async for row in rows if row.name])

    @override
    async def tags(self) -> tuple[Tag, ...]:
        return ()
