"""Names, tags, notes and custom fields of a person."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import override
from uuid import UUID

from .. import contract
from ..errors import BadAnswer
from ..json import JsonObject, JsonValue
from ..models.databases import DossierItem, DossierSection
from . import wire
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

    def __init__(self, client: EconnectClient, present: Callable[[], datetime], changed: Callable[[str], None]) -> None:
        """`present` is the server's time; `changed` is told of whom something was written."""
        self._client = client
        self._present = present
        self._changed = changed

    @override
    async def items(self, person: str, section: DossierSection) -> tuple[DossierItem, ...]:
        where, key = _SECTIONS[section]
        return tuple(_item(row, key) for row in await self._client.people.items(person, where))

    @override
    async def put(self, person: str, section: DossierSection, item: DossierItem) -> str | None:
        where, key = _SECTIONS[section]
        body: JsonObject = {**item.values, **({key: item.id} if item.id else {})}
        answer = await self._client.people.put(person, where, body)
        self._changed(person)
        return _told(answer, key) or item.id

    @override
    async def delete(self, person: str, section: DossierSection, item: str) -> None:
        await self._client.people.delete(person, _SECTIONS[section][0], item)
        self._changed(person)

    @override
    async def set_tag(self, person: str, tag: str, *, on: bool) -> None:
        """An expired tag counts as none, and is put on anew; whatever else the server does with it is its business."""
        items = [
            (item, wire.AppliedTag.read(item.values, "tag")) for item in await self.items(person, DossierSection.TAGS)
        ]
        items = [(item, applied) for item, applied in items if applied.tag_id.lower() == tag.lower()]
        if not on:
            for item, _ in items:
                if item.id is None:
                    raise BadAnswer("tags: no personTagId")
                await self.delete(person, DossierSection.TAGS, item.id)
        elif all(applied.expires and applied.expires <= self._present() for _, applied in items):
            await self.put(person, DossierSection.TAGS, DossierItem(values={"tagId": tag}))

    @override
    async def add_note(self, person: str, text: str, *, title: str | None = None) -> str | None:
        values: JsonObject = {"body": text, **({"summary": title} if title else {})}
        return await self.put(person, DossierSection.NOTES, DossierItem(values=values))


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
