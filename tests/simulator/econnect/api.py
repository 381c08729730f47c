"""Signing in, people, tags, detections and photos: the calls under ``/identities/api/v1`` that take and give JSON."""

import asyncio
from dataclasses import dataclass, field
from math import inf

from aiohttp import web

from ..switches import Json, JsonObject
from .access import Access
from .detections import Detections, Query, listed
from .people import SECTIONS, People, items_of
from .quirks import Quirks
from .wire import Handler, dressed, read_int, read_object, refuse, refusing

PREFIX = "/identities"
API = PREFIX + "/api/v1"
_TAKE = 10
_TAG: JsonObject = {
    "tagId": None, "tagName": None, "disabled": False, "description": None, "defaultExpirePeriod": "00:00:00",
}  # fmt: skip

type Row = tuple[str, str, str | None, Handler]
"""Method, path, the permission that is needed (None: any user), and who answers."""


@dataclass
class Api:
    """Reads requests, asks the database and the world, writes answers."""

    access: Access
    people: People
    detections: Detections
    quirks: Quirks
    _reads: str = field(default="Read All Identity", init=False)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        anonymous = web.post(API + "/authenticate", refusing(self._authenticate, self.quirks))
        return [anonymous, *guarded(self._table(), self.access, self.quirks)]

    def _table(self) -> list[Row]:
        person, reads, writes = "/people/{person}", self._reads, "Mutate All Identity"
        sections = "|".join(SECTIONS)
        readable = "|".join(section for section in SECTIONS if section != "addresses")
        return [
            ("GET", "/renewToken", None, self._renew),
            ("GET", "/people/enrollmentPhoto/{face}", None, self._enrolment_photo),
            ("GET", "/people/detectionPhoto/{face}/{detection}", None, self._detection_photo),
            ("GET", "/people/detections/personId/{person}", "Read Detections", self._detections),
            ("GET", "/people/detections/faceId/{face}", "Read Detections", self._detections),
            ("GET", "/people/entityField/{name}/entityValue/{value}", reads, self._by_field),
            ("GET", "/people", reads, self._search),
            ("GET", person, reads, self._person),
            ("GET", person + f"/{{section:{readable}}}", reads, self._items),
            ("PUT", person + f"/{{section:{sections}}}", writes, self._put),
            ("DELETE", person + f"/{{section:{readable}}}/{{item}}", writes, self._delete),
            ("GET", "/Tags", "Read Tags", self._tags),
            ("GET", "/Tags/{tag}", "Read Tags", self._tag),
            ("POST", "/Tags", "Add Tags", self._add_tag),
            ("PUT", "/Tags/{tag}", "Edit Tags", self._edit_tag),
            ("DELETE", "/Tags/{tag}", "Delete Tags", self._delete_tag),
        ]

    async def _authenticate(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        token = self.access.sign_in(body.get("username"), body.get("password"))
        return web.json_response({"username": body["username"], "token": token})

    async def _renew(self, request: web.Request) -> web.Response:
        username, token = self.access.renew(request)
        return web.json_response({"username": username, "token": token})

    async def _search(self, request: web.Request) -> web.Response:
        tag, name = request.query.get("tagId"), request.query.get("entityFieldName")
        if tag is not None:
            if tag not in self.people.tags and self.quirks.unknown_tag != "empty":
                refuse(int(self.quirks.unknown_tag), "There is no such tag")
            found = self.people.with_tag(tag)
        elif name is not None:
            found = self.people.with_field(name, request.query.get("entityFieldStringValue"))
        else:
            refuse(400, "tagId or entityFieldName is required")
        return web.json_response([record.as_json(self.quirks) for record in found])

    async def _by_field(self, request: web.Request) -> web.Response:
        found = self.people.with_field(request.match_info["name"], request.match_info["value"])
        return web.json_response([record.as_json(self.quirks) for record in found])

    async def _person(self, request: web.Request) -> web.Response:
        person = request.match_info["person"]
        if person not in self.people.by_id and self.quirks.unknown_person == "empty":
            return web.Response()
        return web.json_response(self.people.get(person).as_json(self.quirks))

    async def _items(self, request: web.Request) -> web.Response:
        record, section = self.people.get(request.match_info["person"]), request.match_info["section"]
        name = request.query.get("tagName" if section == "tags" else "fieldName")
        return web.json_response(items_of(record, section, self.people, name))

    async def _put(self, request: web.Request) -> web.Response:
        record, section = self.people.get(request.match_info["person"]), request.match_info["section"]
        item = self.people.put(record, section, await read_object(request))
        return written(item, str(item[SECTIONS[section]]), self.quirks)

    async def _delete(self, request: web.Request) -> web.Response:
        record, section = self.people.get(request.match_info["person"]), request.match_info["section"]
        if record.sections[section].pop(request.match_info["item"], None) is None:
            refuse(404, "There is no such item")
        return web.Response()

    async def _detections(self, request: web.Request) -> web.Response:
        query = _read_query(request, self.quirks)
        face = request.match_info.get("face")
        record = self.people.of_face(face) if face else self.people.by_id.get(request.match_info["person"])
        if record is None and self.quirks.nobody_seen != "empty":
            refuse(int(self.quirks.nobody_seen), "There is nobody of this id")
        found = self.detections.find(record, face, query)
        rows = await asyncio.to_thread(listed, self.detections, found)
        return web.json_response(rows)

    async def _enrolment_photo(self, request: web.Request) -> web.Response:
        return _photo(await asyncio.to_thread(self.detections.enrolled, request.match_info["face"]))

    async def _detection_photo(self, request: web.Request) -> web.Response:
        face, wanted = request.match_info["face"], request.match_info["detection"]
        found = self.detections.get(face, wanted)
        return _photo(await asyncio.to_thread(self.detections.picture, found) if found else None)

    async def _tags(self, request: web.Request) -> web.Response:
        name = request.query.get("tagName")
        found: list[Json] = [
            dressed(tag, self.quirks) for tag in self.people.tags.values() if name in (None, tag["tagName"])
        ]
        return web.json_response(found)

    async def _tag(self, request: web.Request) -> web.Response:
        return web.json_response(dressed(self._known_tag(request), self.quirks))

    async def _add_tag(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        if not isinstance(body.get("tagName"), str) or not body["tagName"]:
            refuse(400, "tagName is required")
        tag_id = self.people.new_id()
        tag = self.people.tags[tag_id] = {**_TAG, **_of_tag(body), "tagId": tag_id}
        return written(tag, tag_id, self.quirks)

    async def _edit_tag(self, request: web.Request) -> web.Response:
        tag = self._known_tag(request)
        tag |= _of_tag(await read_object(request))
        return written(tag, str(tag["tagId"]), self.quirks)

    async def _delete_tag(self, request: web.Request) -> web.Response:
        del self.people.tags[str(self._known_tag(request)["tagId"])]
        return web.Response()

    def _known_tag(self, request: web.Request) -> JsonObject:
        return self.people.tags.get(request.match_info["tag"]) or refuse(404, "There is no such tag")


def guarded(table: list[Row], access: Access, quirks: Quirks) -> list[web.RouteDef]:
    """Return routes that check the token and the permission first."""

    def guard(permission: str | None, handler: Handler) -> Handler:
        async def checked(request: web.Request) -> web.StreamResponse:
            access.check(request, permission)
            return await handler(request)

        return refusing(checked, quirks)

    return [web.route(method, API + path, guard(permission, handler)) for method, path, permission, handler in table]


def written(item: JsonObject, item_id: str, quirks: Quirks) -> web.Response:
    """Answer to a PUT or POST; the pages do not say what comes."""
    match quirks.written:
        case "object":
            return web.json_response(item)
        case "text":
            return web.json_response(item_id)
        case "empty":
            return web.Response()


def _of_tag(body: JsonObject) -> JsonObject:
    if unknown := body.keys() - _TAG.keys():
        refuse(400, f"unknown: {', '.join(sorted(unknown))}")
    return {key: value for key, value in body.items() if key != "tagId"}


def _photo(content: bytes | None) -> web.Response:
    return web.Response(body=content, content_type="image/jpeg") if content else refuse(404, "There is no such photo")


def _read_query(request: web.Request, quirks: Quirks) -> Query:
    asked = request.query
    start, end = asked.get("epochStartMs"), asked.get("epochEndMs")
    ascending = asked.get("dateAscending", "true").lower()
    if ascending not in ("true", "false"):
        refuse(400, "dateAscending is true or false")
    take = read_int(asked.get("take"), "take", _TAKE)
    return Query(
        start=read_int(start, "epochStartMs", 0) / 1000,
        end=inf if end is None else read_int(end, "epochEndMs", 0) / 1000,
        skip=read_int(asked.get("skip"), "skip", 0),
        take=min(take, quirks.largest_take) if quirks.largest_take else take,
        ascending=ascending == "true",
    )
