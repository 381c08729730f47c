"""What the control port has for eConnect alone.

=====================================  ================================================================================
``GET /users``                         all users by name: password, permissions
``POST /users``                        ``{"username", "password", "permissions"}`` adds one, by default with all
``PATCH /users/{username}``            changes password or permissions → the user
``DELETE /users/{username}``           removes one
``GET /people``                        all people: id, name, tags, faces
``POST /people/{id}/{section}``        puts an item into ``aliases``, ``tags``, ``notes`` or ``entityFields``, as a PUT of
                                       the vendor's API does → the item
``DELETE /people/{id}``                removes one
``POST /tokens``                       ``{}`` makes all tokens invalid → ``{"sign_ins"}``, passwords accepted so far
``GET /documents``                     the files that were uploaded
=====================================  ================================================================================

And what means something else than elsewhere:

* Cameras are detectors, one at each place: ``id`` and ``name``. Without one, nobody is seen there, nor was.
* ``POST /cameras/{id}/events`` lets it see somebody: ``{"person": id, "at": ISO date, else now, "confidence",
  "picture": false for none}``; every other name is a field of the answer, replaced as it stands → the detection's id.
* ``POST /credentials``: ``rotate`` gives the user a new password, ``revoke`` removes the user → ``{"key": password}``.
* Settings: ``token_seconds`` is the life of a token, ``event_delay_seconds`` is how late detections become visible.
"""

from datetime import UTC, datetime
from itertools import count
from typing import cast

from aiohttp import web

from ..control import read_body
from ..switches import Json, JsonObject
from .access import USER, Access, User
from .detections import Detection, Detections, Detector
from .documents import Documents
from .people import SECTIONS, People, Record
from .wire import Refusal

_OURS = frozenset({"person", "at", "confidence", "picture"})


class Steering:
    """Changes users and people, and lets people be seen."""

    def __init__(self, access: Access, people: People, detections: Detections, documents: Documents) -> None:
        self._access = access
        self._people = people
        self._detections = detections
        self._documents = documents
        self._numbers = count(1)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/users", self._users),
            web.post("/users", self._add_user),
            web.patch("/users/{username}", self._patch_user),
            web.delete("/users/{username}", self._remove_user),
            web.get("/people", self._all_people),
            web.post("/people/{id}/{section}", self._put_item),
            web.delete("/people/{id}", self._remove_person),
            web.post("/tokens", self._forget_tokens),
            web.get("/documents", self._all_documents),
        ]

    def act(self, body: JsonObject) -> str:
        """Do what is asked for and return the password it is about; raise ValueError for nonsense."""
        user = self._access.users[USER]
        match body.get("action"):
            case "rotate":
                user.password = f"rotated-{next(self._numbers)}-Ключ"
                self._access.sessions.clear()
            case "revoke":
                del self._access.users[USER]
            case other:
                raise ValueError(f"unknown action {other!r}")
        return user.password

    def inject(self, detector: Detector, raw: JsonObject, now: float, zone: str) -> str:
        """Let somebody be seen and return the detection's id; raise KeyError for people nobody knows."""
        person = str(raw.get("person", ""))
        if person not in self._people.by_id:
            raise KeyError(person)
        at, confidence = now, raw.get("confidence", 0.97)
        if isinstance(text := raw.get("at"), str):
            moment = datetime.fromisoformat(text)
            at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        if isinstance(confidence, bool) or not isinstance(confidence, int | float):
            raise ValueError("confidence is a number")
        found = Detection(
            id=self._people.new_id(),
            person=person,
            face=self._people.by_id[person].faces[0],
            at=round(at, 3),
            detector=detector.name,
            confidence=confidence,
            time_zone=zone,
            place=detector.place,
            pictured=raw.get("picture") is not False,
            raw={name: value for name, value in raw.items() if name not in _OURS},
        )
        self._detections.written.append(found)
        return found.id

    async def _users(self, request: web.Request) -> web.Response:
        return web.json_response({name: user.as_json() for name, user in self._access.users.items()})

    async def _add_user(self, request: web.Request) -> web.Response:
        body = await read_body(request)
        username, user = str(body.pop("username", "")), User("")
        user.change(body)
        if not username or not user.password or username in self._access.users:
            raise ValueError("a user needs a name of its own, and a password")
        self._access.users[username] = user
        return web.json_response(user.as_json())

    async def _patch_user(self, request: web.Request) -> web.Response:
        user = self._access.users[request.match_info["username"]]
        user.change(await read_body(request))
        return web.json_response(user.as_json())

    async def _remove_user(self, request: web.Request) -> web.Response:
        del self._access.users[request.match_info["username"]]
        return web.json_response({})

    async def _all_people(self, request: web.Request) -> web.Response:
        return web.json_response([self._shown(record) for record in self._people.by_id.values()])

    def _shown(self, record: Record) -> JsonObject:
        alias = next(iter(record.sections["aliases"].values()), {})
        tags = [self._people.tags.get(str(item["tagId"])) for item in record.sections["tags"].values()]
        return {
            "id": record.id,
            "name": " ".join(str(alias[key]) for key in ("firstName", "lastName") if alias.get(key)),
            "tags": [tag["tagName"] for tag in tags if tag],
            "faces": cast(Json, record.faces),
        }

    async def _put_item(self, request: web.Request) -> web.Response:
        section = request.match_info["section"]
        if section not in SECTIONS:
            raise KeyError(section)
        try:
            item = self._people.put(self._people.by_id[request.match_info["id"]], section, await read_body(request))
        except Refusal as refusal:
            raise ValueError(refusal.detail) from None
        return web.json_response(item)

    async def _remove_person(self, request: web.Request) -> web.Response:
        del self._people.by_id[request.match_info["id"]]
        return web.json_response({})

    async def _forget_tokens(self, request: web.Request) -> web.Response:
        self._access.sessions.clear()
        return web.json_response({"sign_ins": self._access.sign_ins})

    async def _all_documents(self, request: web.Request) -> web.Response:
        return web.json_response(cast(Json, self._documents.as_json()))
