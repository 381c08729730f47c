"""Whom the server knows: the known and the wanted people of the world, and those who were enrolled."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from uuid import uuid5

from ..switches import Json, JsonObject
from ..world import Person as Subject, World
from ..world.places import NAMESPACE
from .quirks import Quirks
from .wire import dressed, refuse

SECTIONS = {
    "aliases": "personAliasId",
    "tags": "personTagId",
    "notes": "noteId",
    "entityFields": "entityFieldId",
    "addresses": "personAddressId",
}
"""Parts of a person, and what the ids in them are called. ``personTagId`` is named on the page only in a path."""
_EMPTY: dict[str, JsonObject] = {
    "aliases": {"firstName": None, "lastName": None, "middleName": None, "title": None},
    "tags": {"tagId": None, "expires": None, "created": None},
    "notes": {"summary": None, "body": None, "author": None, "sharedId": None},
    "entityFields": {"name": None, "stringValue": None, "dateValue": None, "numberValue": None, "boolValue": None},
    "addresses": {
        "street": None, "street2": None, "city": None, "state": None, "postalCode": None, "country": None,
    },
}  # fmt: skip
ENROLLED = "2026-01-15T12:00:00Z"


@dataclass
class Record:
    """A person, with the items of each section by their ids."""

    id: str
    faces: list[str]
    site: int | None = None
    sections: dict[str, dict[str, JsonObject]] = field(default_factory=lambda: {name: {} for name in SECTIONS})

    def as_json(self, quirks: Quirks) -> JsonObject:
        """Return an IdentityPersonItem; the tags in it have no ids of their own, nor names."""
        answer: JsonObject = {"personId": self.id}
        for section in ("aliases", "addresses", "entityFields", "tags", "notes"):
            items = self.sections[section].values()
            hidden = {"personTagId"} if section == "tags" else set[str]()
            answer[section] = [
                dressed({key: value for key, value in item.items() if key not in hidden}, quirks) for item in items
            ]
        return dressed(answer, quirks)


class People:
    """All people and the definitions of tags."""

    def __init__(self, world: World, sites: int, quirks: Quirks) -> None:
        self._world = world
        self._sites = sites
        self._quirks = quirks
        self.by_id: dict[str, Record] = {}
        self.tags: dict[str, JsonObject] = {}
        self._numbers = count(1)
        self.reset()

    def reset(self) -> None:
        """Return to the people of the world."""
        self.by_id.clear()
        self.tags.clear()
        self._numbers = count(1)
        for site in range(self._sites):
            for subject in self._world.cast(site):
                if isinstance(subject, Subject) and subject.standing != "unknown":
                    self._add(subject, site)

    def get(self, person: str) -> Record:
        """Return a person."""
        return self.by_id.get(person) or refuse(404, "There is no such person")

    def new_id(self) -> str:
        """Return an id that nothing has yet."""
        return str(uuid5(NAMESPACE, f"econnect {self._world.seed} {next(self._numbers)}"))

    def enrol(self) -> Record:
        """Add somebody of whom nothing is known."""
        record = Record(self.new_id(), [])
        self.by_id[record.id] = record
        return record

    def of_face(self, face: str) -> Record | None:
        """Return whose face it is."""
        return next((record for record in self.by_id.values() if face in record.faces), None)

    def put(self, record: Record, section: str, raw: JsonObject) -> JsonObject:
        """Change an item, or add one; unknown keys are ignored."""
        key = SECTIONS[section]
        if section == "tags" and raw.get("tagId") not in self.tags:
            refuse(400, "There is no such tag")
        item_id = raw.get(key)
        item_id = item_id if isinstance(item_id, str) else self.new_id()
        before = record.sections[section].get(item_id, _EMPTY[section])
        item = {key: item_id, **before, **{name: raw[name] for name in _EMPTY[section] if name in raw}}
        if section == "tags" and not item["created"]:
            item["created"] = ENROLLED
        record.sections[section][item_id] = item
        return item

    def with_tag(self, tag: str) -> Iterator[Record]:
        """Yield the people who carry a tag."""
        for record in self.by_id.values():
            if any(item["tagId"] == tag for item in record.sections["tags"].values()):
                yield record

    def with_field(self, name: str, value: str | None) -> Iterator[Record]:
        """Yield the people whose field is set, or has a value."""
        for record in self.by_id.values():
            for item in record.sections["entityFields"].values():
                if item["name"] == name and value in (None, item["stringValue"]):
                    yield record
                    break

    def tag_id(self, name: str) -> str:
        """Return the id of a tag that is made when it is first needed."""
        tag_id = str(uuid5(NAMESPACE, f"{self._world.seed}/tag/{name}"))
        self.tags.setdefault(
            tag_id,
            {
                "tagId": tag_id,
                "tagName": name,
                "disabled": False,
                "description": f"People of the group {name}",
                "defaultExpirePeriod": "00:00:00",
            },
        )
        return tag_id

    def _add(self, subject: Subject, site: int) -> None:
        def own(what: str) -> str:
            return str(uuid5(NAMESPACE, f"{subject.id}/{what}"))

        record = Record(subject.id, [own("face")], site)
        self.by_id[record.id] = record
        names: JsonObject = {"firstName": subject.first_name, "lastName": subject.last_name}
        self.put(record, "aliases", {"personAliasId": own("alias"), **names})
        for group in subject.groups:
            tag: JsonObject = {"personTagId": own(f"tag/{group}"), "tagId": self.tag_id(group), "created": ENROLLED}
            self.put(record, "tags", tag)
        level = "Gold" if "Family" in subject.groups else "Silver"
        self.put(record, "entityFields", {"entityFieldId": own("tier"), "name": "LoyaltyTier", "stringValue": level})


def items_of(record: Record, section: str, people: People, name: str | None) -> list[Json]:
    """Return the items of a section; that applied tags carry their names here is chosen by the simulator."""
    found: list[Json] = []
    for item in record.sections[section].values():
        shown = dict(item)
        called = item.get("name")
        if section == "tags":
            definition = people.tags.get(str(item["tagId"]))
            called = shown["tagName"] = definition["tagName"] if definition else None
        if name is None or section not in ("tags", "entityFields") or called == name:
            found.append(shown)
    return found
