"""People and what is kept about them (pages "Get Identity", "Search People", "Person Management")."""

from enum import StrEnum

from ...errors import NotFound
from ...http import Api, Query
from ...json import JsonObject, JsonValue, as_object, as_objects
from ..permissions import Permission, needs
from .undocumented import anything

_PEOPLE = "/api/v1/people"


class Section(StrEnum):
    """Parts of a person that are read and written one by one, by the last word of their paths."""

    ALIASES = "aliases"
    TAGS = "tags"
    NOTES = "notes"
    ENTITY_FIELDS = "entityFields"
    ADDRESSES = "addresses"
    """Can be written, and read only with the whole person."""


class PeopleApi:
    """People; there is no list of all of them, and none can be searched for by name."""

    def __init__(self, api: Api) -> None:
        """Ask through this."""
        self._api = api

    async def get(self, person: str, *, urgent: bool = False) -> JsonObject:
        """Return a person: `GET /api/v1/people/{personId}`, for `wire.Person.read`. Raises `NotFound`.

        What is answered where there is nobody is not documented; nothing counts as nobody.
        """
        with needs(Permission.READ_ALL_IDENTITY):
            answer = await self._api.get(f"{_PEOPLE}/{person}", urgent=urgent)
        if answer is None:
            raise NotFound("person: there is nobody of this id")
        return as_object(answer, "person")

    async def with_tag(self, tag: str, *, urgent: bool = False) -> tuple[JsonObject, ...]:
        """Return the people who carry a tag: `GET /api/v1/people?tagId=`."""
        return await self._found(_PEOPLE, {"tagId": tag}, urgent=urgent)

    async def with_field(self, name: str, value: str | None = None, *, urgent: bool = False) -> tuple[JsonObject, ...]:
        """Return the people whose custom field has a value, or is set at all: `GET /api/v1/people?entityFieldName=`.

        The same by path is documented, too: `…/people/entityField/{fieldName}/entityValue/{fieldValue}`. Paths are
        written into logs, and what a field says of somebody does not belong there.
        """
        query: Query = {"entityFieldName": name, "entityFieldStringValue": value}
        return await self._found(_PEOPLE, query, urgent=urgent)

    async def items(self, person: str, section: Section, name: str | None = None) -> tuple[JsonObject, ...]:
        """Return the items of a section: `GET …/{personId}/aliases`, `/tags`, `/notes`, `/entityFields`.

        `name` is that of a tag or of a field.
        """
        query: Query = {"tagName" if section is Section.TAGS else "fieldName": name}
        with needs(Permission.READ_ALL_IDENTITY):
            return as_objects(await self._api.get(f"{_PEOPLE}/{person}/{section}", query, urgent=True), section)

    async def put(self, person: str, section: Section, item: JsonObject) -> JsonValue:
        """Change an item, or add one that has no id: `PUT …/{personId}/{section}`. The answer is not documented."""
        with needs(Permission.MUTATE_ALL_IDENTITY):
            return await self._api.put(f"{_PEOPLE}/{person}/{section}", item, decode=anything)

    async def delete(self, person: str, section: Section, item: str) -> None:
        """Remove an item: `DELETE …/{personId}/{section}/{itemId}`; of a tag, it is the `personTagId`."""
        with needs(Permission.MUTATE_ALL_IDENTITY):
            await self._api.delete(f"{_PEOPLE}/{person}/{section}/{item}", decode=anything)

    async def _found(self, path: str, query: Query, *, urgent: bool) -> tuple[JsonObject, ...]:
        with needs(Permission.READ_ALL_IDENTITY):
            return as_objects(await self._api.get(path, query, urgent=urgent), "people")
