"""What the control port has for Eocortex alone.

=====================================  ================================================================================
``POST /system``                       ``{name: value}``, see ``Setup`` in ``quirks.py``: product, version, whether the
                                       licence is activated, which modules are licensed, RTSP and HLS → all of it
``GET /users``                         all users by login, see ``User`` in ``access.py``
``POST /users``                        ``{"login", "password", …}`` adds one → the user
``PATCH /users/{login}``               changes one → the user
``DELETE /users/{login}``              removes one
``GET /cameras/{id}/modules/{name}``   the settings of a module, as a GET of the vendor's API tells them
``GET /event_streams``                 who listens to ``/event``: number, server, login, channelid, filter, told (events)
``POST /event_streams``                ``{"action": …, "server": id or null for all}`` → the streams. ``cut`` ends them,
                                       ``cut_in_event`` in the middle of their next event, ``silence`` lets servers
                                       say nothing while the connections stay, ``speak`` ends that: what happened in
                                       between is told by the archive only. ``/faults`` with ``refuse`` is a restart.
``POST /cameras/{id}/counters/reset``  lets the counters of its lines begin again now
``GET /face_groups``                   the ids of the groups of faces by name
=====================================  ================================================================================

And what means something else than elsewhere:

* ``POST /credentials``: ``{"action": "rotate"}`` gives the senior administrator a new password, ``"revoke"`` takes the
  administrator away → ``{"key": password}``.
* ``PATCH /cameras/{id}``: fields with a capital are those of the camera's channel in ``/configex``, replaced as they
  stand (``AttachedToServer`` moves the camera); ``online``, ``recording`` and ``status`` are its state, null leaves
  them to the world. What a camera that is offline does not see has never happened; going offline is an event.
* ``POST /cameras/{id}/events``: ``{"kind": …}``, a name of ``kinds.py`` or any id, with optional ``at`` (ISO date, else
  now), ``description``, ``comment``, ``initiator``, ``alarm``, ``live`` (false: for the archive only), ``picture``
  (false: a face without one). Faces and plates begin as somebody nobody knows. Every other name is a field of the
  stream's object, put there as it stands, null taking it away: ``{"kind": "face", "IsIdentified": "True",
  "lastName": "Novak"}`` → the kind's id, since events have none of their own. Without ``at``, two in a row are two
  moments of a clock that runs, and mostly of the same second.
"""

from itertools import count
from typing import cast

from aiohttp import web

from ..control import change, read_body
from ..switches import Json, JsonObject
from ..world import Person
from .access import ADMINISTRATOR, User
from .cameras import Camera
from .databases import group_id, groups
from .injected import injected
from .stream import Streams
from .system import System


class Steering:
    """Changes users, licences and the setup."""

    def __init__(self, system: System, streams: Streams) -> None:
        self._system = system
        self._streams = streams
        self._numbers = count(1)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.post("/system", self._setup),
            web.get("/users", self._users),
            web.post("/users", self._add_user),
            web.patch("/users/{login}", self._patch_user),
            web.delete("/users/{login}", self._remove_user),
            web.get("/cameras/{id}/modules/{name}", self._module),
            web.get("/face_groups", self._groups),
            web.get("/event_streams", self._listening),
            web.post("/event_streams", self._disturb),
            web.post("/cameras/{id}/counters/reset", self._reset_counters),
        ]

    def act(self, body: JsonObject) -> str:
        """Do what is asked for and return the password it is about; raise ValueError for nonsense."""
        users = self._system.users.by_login
        administrator = users[ADMINISTRATOR]
        match body.get("action"):
            case "rotate":
                administrator.password = f"rotated-{next(self._numbers)}-Ключ"
            case "revoke":
                del users[ADMINISTRATOR]
            case other:
                raise ValueError(f"unknown action {other!r}")
        return administrator.password

    def inject(self, camera: Camera, raw: JsonObject) -> str:
        """Put an event on a camera's timeline and return its kind; raise ValueError for nonsense."""
        system = self._system
        event = injected(camera, raw, system.log.now)
        system.log.write(event, live=raw.get("live") is not False)
        return event.kind

    async def _groups(self, request: web.Request) -> web.Response:
        return web.json_response({name: group_id(name) for name in groups(self._system, Person)})

    async def _listening(self, request: web.Request) -> web.Response:
        return web.json_response(cast(Json, self._streams.report()))

    async def _disturb(self, request: web.Request) -> web.Response:
        body = await read_body(request)
        self._streams.act(body.get("action"), body.get("server"))
        return await self._listening(request)

    async def _reset_counters(self, request: web.Request) -> web.Response:
        camera = self._system.cameras[request.match_info["id"]]
        self._system.counters_began[camera.id] = self._system.now
        return web.json_response({})

    async def _setup(self, request: web.Request) -> web.Response:
        answer = await change(self._system.setup, request)
        self._system.revision += 1
        return answer

    async def _users(self, request: web.Request) -> web.Response:
        return web.json_response({login: user.as_json() for login, user in self._system.users.by_login.items()})

    async def _add_user(self, request: web.Request) -> web.Response:
        body, user = await read_body(request), User()
        user.change(body)
        if not user.login or user.login in self._system.users.by_login:
            raise ValueError("a user needs a login of its own")
        self._system.users.by_login[user.login] = user
        return web.json_response(user.as_json())

    async def _patch_user(self, request: web.Request) -> web.Response:
        user, body = self._system.users.by_login[request.match_info["login"]], await read_body(request)
        if "login" in body:
            raise ValueError("a login stays")
        user.change(body)
        return web.json_response(user.as_json())

    async def _remove_user(self, request: web.Request) -> web.Response:
        del self._system.users.by_login[request.match_info["login"]]
        return web.json_response({})

    async def _module(self, request: web.Request) -> web.Response:
        camera, name = self._system.cameras[request.match_info["id"]], request.match_info["name"]
        return web.json_response(cast(Json, self._system.modules.read(camera, name)))
