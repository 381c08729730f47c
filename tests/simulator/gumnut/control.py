"""What the control port has for Gumnut alone.

=====================================  ================================================================================
``GET /libraries``                     all libraries: id, name, role, photos, people by name, faces, changes
``POST /libraries``                    ``{"name", "grows"}`` adds one, empty unless it is to grow → ``{"id"}``
``PATCH /libraries/{id}``              ``name``, ``role`` (owner, viewer, collaborator), ``storage_limit`` (bytes),
                                       ``trashed`` (true, false)
``POST /photos``                       somebody else uploads a photo: ``{"people": [names], "place": number, "video",
                                       "count": 1, "library": id, "offset": true}`` → ``{"id"}`` of the last one
``PATCH /photos/{id}``                 ``trashed`` (true, false), ``library`` (the id of the one it is moved to)
``POST /feed``                         ``{"action": "restore"}``: the database goes back in time, so that no cursor of
                                       before is good any more
``PATCH /user``                        ``is_active``, ``face_detection_preference``, ``face_detection_available``
=====================================  ================================================================================

And what means something else than elsewhere:

* ``POST /credentials``: ``{"action": "add", "actions": ["read"], "libraries": [ids]}`` makes a key that may do less;
  ``rotate`` and ``revoke`` as everywhere.
* There are no cameras.
"""

from itertools import count

from aiohttp import web

from ..control import read_body
from ..switches import Json, JsonObject
from ..world import Person as Somebody
from .drawing import Scene
from .house import House
from .library import Library


class Steering:
    """Changes libraries, and lets others upload photos."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._numbers = count(1)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/libraries", self._libraries),
            web.post("/libraries", self._add_library),
            web.patch("/libraries/{id}", self._patch_library),
            web.post("/photos", self._upload),
            web.patch("/photos/{id}", self._patch_photo),
            web.post("/feed", self._feed),
            web.patch("/user", self._patch_user),
        ]

    def describe(self) -> list[Json]:
        """Return all libraries."""
        return [self._described(library) for library in self._house.libraries.values()]

    def _described(self, library: Library) -> JsonObject:
        return {
            "id": library.id,
            "name": library.name,
            "role": library.role,
            "photos": [*library.assets],
            "people": {person.name: person.id for person in library.people.values() if person.name},
            "faces": len(library.faces),
            "changes": len(library.changes),
        }

    async def _libraries(self, request: web.Request) -> web.Response:
        return web.json_response(self.describe())

    async def _add_library(self, request: web.Request) -> web.Response:
        body = await read_body(request)
        library = self._house.add_library(str(body.get("name") or "Another library"), grows=body.get("grows") is True)
        return web.json_response({"id": library.id})

    async def _patch_library(self, request: web.Request) -> web.Response:
        library, body = self._house.libraries[request.match_info["id"]], await read_body(request)
        for name, value in body.items():
            match name, value:
                case (("name" | "role"), str()):
                    setattr(library, name, value)
                case "storage_limit", int() | None:
                    library.storage_limit = value
                case "trashed", bool():
                    library.trashed = self._house.now if value else None
                case _:
                    raise ValueError(f"{name} cannot be {value!r}")
        return web.json_response(self._described(library))

    async def _upload(self, request: web.Request) -> web.Response:
        house, body = self._house, await read_body(request)
        first = next(iter(house.libraries))
        library = house.libraries[str(body.get("library") or first)]
        names, place, number = body.get("people") or [], body.get("place") or 0, body.get("count") or 1
        if not isinstance(names, list) or not isinstance(place, int) or not isinstance(number, int):
            raise ValueError("people is a list, place and count are whole numbers")
        cast = {who.name: who for who in house.simulation.world.cast(0) if isinstance(who, Somebody)}
        people = tuple(cast[str(name)] for name in names)
        scene = Scene(house.simulation.world.place(place), house.now, people, body.get("video") is True)
        asset_id = ""
        for _ in range(number):
            key = f"{library.id}/upload/{next(self._numbers)}"
            asset_id = house.growth.add(library, scene, key, house.now, knows_offset=body.get("offset") is not False).id
        return web.json_response({"id": asset_id})

    async def _patch_photo(self, request: web.Request) -> web.Response:
        house, key, body = self._house, request.match_info["id"], await read_body(request)
        library = next(library for library in house.libraries.values() if key in library.assets)
        for name, value in body.items():
            match name, value:
                case "trashed", bool():
                    library.assets[key].trashed = house.now if value else None
                    library.tell("asset", key, "asset_trashed" if value else "asset_restored", house.now)
                case "library", str():
                    library.move_asset(key, house.libraries[value], house.now)
                case _:
                    raise ValueError(f"{name} cannot be {value!r}")
        return web.json_response({})

    async def _feed(self, request: web.Request) -> web.Response:
        if (await read_body(request)).get("action") != "restore":
            raise ValueError("the only action is restore")
        for library in self._house.libraries.values():
            library.epoch += 1
        return web.json_response({})

    async def _patch_user(self, request: web.Request) -> web.Response:
        body, user = await read_body(request), self._house.user
        for name, value in body.items():
            if name not in ("is_active", "face_detection_preference", "face_detection_available"):
                raise ValueError(f"unknown: {name}")
            setattr(user, name, value)
        return web.json_response({})
