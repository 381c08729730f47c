"""Names, tags, notes and custom fields of a person."""

from collections.abc import Mapping
from typing import override
from uuid import UUID

from .. import contract
from ..json import JsonObject, JsonValue
from ..models.databases import DossierItem, DossierSection
from .client import EconnectClient
from .client.people import Section

_SECTIONS: Mapping[DossierSection, tuple[Section, str]] = {
    DossierSection.ALIASES: (Section.ALIASES, "personAliasId"),
    DossierSection.TAGS: (Section.TAGS, "personTagId"),
    DossierSection.NOTES: (Section.NOTES, "noteId"),
    DossierSection.FIELDS: (Section.ENTITY_FIELDS, "entityFieldId"),
}
"""Where each section is, and what the ids of its items are called."""


class EconnectDossier(contract.Dossier):
    """Reads and writes one item at a time, under the vendor's own keys."""

    def __init__(self, client: EconnectClient) -> None:
        """Ask through this."""
        self._client = client

    @override
    async def items(self, person: str, section: DossierSection) -> tuple[DossierItem, ...]:
        where, key = _SECTIONS[section]
        return tuple(_item(row, key) for row in await self._client.people.items(person, where))

    @override
    async def put(self, person: str, section: DossierSection, item: DossierItem) -> str | None:
        where, key = _SECTIONS[section]
        body: JsonObject = {**item.values, **({key: item.id} if item.id else {})}
        answer = await self._client.people.put(person, where, body)
        return _told(answer, key) or item.id

    @override
    async def delete(self, person: str, section: DossierSection, item: str) -> None:
        await self._client.people.delete(person, _SECTIONS[section][0], item)


def _item(row: JsonObject, key: str) -> DossierItem:
    item_id = row.get(key)
    values = {name: value for name, value in row.items() if name != key}
    return DossierItem(values=values, id=item_id if isinstance(item_id, str) and item_id else None)


def _told(answer: JsonValue, key: str) -> str | None:
    """Return the id in an answer whose shape is not documented, where there is one."""
    found = answer.get(key) if isinstance(answer, Mapping) else answer
    try:
        return str(UUID(found)) if isinstance(found, str) else None
    except ValueError:
        return None
