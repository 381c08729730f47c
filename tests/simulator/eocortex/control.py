"""What the control port has for Eocortex alone.

=====================================  ================================================================================
``POST /system``                       ``{name: value}``, see ``Setup`` in ``quirks.py``: product, version, whether the
                                       licence is activated, which modules are licensed, RTSP and HLS → all of it
``GET /users``                         all users by login, see ``User`` in ``access.py``
``POST /users``                        ``{"login", "password", …}`` adds one → the user
``PATCH /users/{login}``               changes one → the user
``DELETE /users/{login}``              removes one
``GET /cameras/{id}/modules/{name}``   the settings of a module, as a GET of the vendor's API tells them
=====================================  ================================================================================

And what means something else than elsewhere:

* ``POST /credentials``: ``{"action": "rotate"}`` gives the senior administrator a new password, ``"revoke"`` takes the
  administrator away → ``{"key": password}``.
* ``PATCH /cameras/{id}``: fields with a capital are those of the camera's channel in ``/configex``, replaced as they
  stand (``AttachedToServer`` moves the camera); ``online``, ``recording`` and ``status`` are its state, null leaves
  them to the world.
"""

from itertools import count
from typing import cast

from aiohttp import web

from ..control import change, read_body
from ..switches import Json, JsonObject
from .access import ADMINISTRATOR, User
from .system import System


class Steering:
    """Changes users, licences and the setup."""

    def __init__(self, system: System) -> None:
        self._system = system
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
