"""The control port: JSON over HTTP, for tests and for whoever wants to see a fault with their own eyes.

Every answer is JSON; a request that makes no sense is 400 ``{"error": …}``, an unknown camera 404.

=====================================  ================================================================================
``GET /state``                         vendor, seed, simulated time and rate, settings, quirks, faults, cameras, keys,
                                       exports, whether connections are accepted
``POST /reset``                        everything back to the start: clock, settings, quirks, faults, cameras, events,
                                       keys, exports, requests, callbacks, streams, refused connections
``POST /clock``                        ``{"advance": seconds}`` and/or ``{"set": iso date}`` and/or ``{"rate": x}``
                                       → ``{"now", "rate"}``
``POST /settings``                     ``{name: value}``, see ``settings.py`` → all settings
``POST /quirks``                       ``{name: value}``, see the vendor's ``quirks.py`` → all quirks
``POST /faults``                       a rule (below) is added; or ``{"refuse": true | false}`` closes and opens the port,
                                       with ``"server": id`` that of one of the vendor's servers
``DELETE /faults``                     removes all rules, and opens the ports that were closed
``GET /faults``                        the rules, with what is left of ``times``
``POST /credentials``                  ``{"action": "add" | "revoke" | "rotate" | "other_account" | "empty_account"}``
                                       → ``{"key"}``; ``revoke`` takes an optional ``"key"``, else the first one dies
``GET /servers``                       the vendor's servers: id (empty where there is only one), url, secure_url (by
                                       TLS, self-signed; null where there is none), accepting
``GET /cameras``                       all cameras of the main account, as the vendor's API shows them
``POST /cameras``                      adds one, with optional field overrides → ``{"id"}``
``GET /cameras/{id}``                  one camera
``PATCH /cameras/{id}``                fields of the answer are replaced as they stand, null included → the camera
``DELETE /cameras/{id}``               takes it away
``POST /cameras/{id}/events``          puts an event on its timeline, fields as they stand → ``{"id"}``
``GET /requests``                      what the vendor was asked: server, method, path, query (names only), status,
                                       has_key, leaked_key (credentials where they do not belong: Faceter's key sent
                                       along for media, Eocortex's password in an address), time
``DELETE /requests``                   forgets them
``GET /callbacks``                     calls made when exports ended: url, sent, status, error, time
``GET /streams``                       running encoders: camera, seconds, viewers, idle_seconds
=====================================  ================================================================================

A vendor may have more, see ``eocortex/control.py``, ``econnect/control.py`` and ``gumnut/control.py``.

A rule of faults, all fields optional; the first one that matches decides::

    {"match": "GET /v1/cameras",    regular expression, searched in "METHOD path", path without the API's base
     "server": "…",                 of this one only, for a vendor with several
     "latency": 0.5,                seconds of waiting before anything else
     "status": 503,                 answered instead of asking the vendor
     "retry_after": 5,              the header of that name
     "headers": {"X-Name": "…"},
     "body": "cut",                 announces more bytes than are sent, then closes
                                    "truncated_json" half the body, correctly announced
                                    "malformed" not JSON, "html" a page, "empty" nothing
     "times": 3}                    for so many requests; null or left out: for ever
"""

from collections.abc import Sequence
from datetime import UTC, datetime
import json
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from .clock import iso
from .faults import Faults, Rule
from .listener import Listener
from .recorder import Recorder
from .simulation import Simulation
from .switches import Json, JsonObject, Switches


class VendorServer(Protocol):
    """What the control port asks of a vendor."""

    name: str
    base_path: str
    recorder: Recorder
    faults: Faults

    @property
    def quirks(self) -> Switches: ...
    @property
    def ports(self) -> int: ...
    @property
    def listeners(self) -> Sequence[Listener]: ...
    @property
    def credentials(self) -> dict[str, str]: ...
    @property
    def callbacks(self) -> list[JsonObject]: ...
    async def start(self, host: str, port: int) -> None: ...
    def announcement(self) -> JsonObject: ...
    def control_routes(self) -> Sequence[web.RouteDef]: ...
    def describe(self) -> JsonObject: ...
    async def reset(self) -> None: ...
    async def close(self) -> None: ...
    def act_on_credentials(self, body: JsonObject) -> JsonObject: ...
    def cameras(self, base: str) -> list[JsonObject]: ...
    def camera(self, camera_id: str, base: str) -> JsonObject: ...
    def add_camera(self, overrides: JsonObject) -> str: ...
    def patch_camera(self, camera_id: str, overrides: JsonObject) -> None: ...
    def remove_camera(self, camera_id: str) -> None: ...
    def inject_event(self, camera_id: str, raw: JsonObject) -> str: ...


class Control:
    """Steers one vendor's server."""

    def __init__(self, simulation: Simulation, vendor: VendorServer) -> None:
        self._simulation = simulation
        self._vendor = vendor

    def app(self) -> web.Application:
        """Return the control port's application."""
        app = web.Application(middlewares=[_explain()])
        app.add_routes(
            [
                web.get("/state", self._state),
                web.post("/reset", self._reset),
                web.post("/clock", self._clock),
                web.post("/settings", self._settings),
                web.post("/quirks", self._quirks),
                web.get("/faults", self._faults),
                web.post("/faults", self._add_fault),
                web.delete("/faults", self._remove_faults),
                web.post("/credentials", self._credentials),
                web.get("/cameras", self._cameras),
                web.post("/cameras", self._add_camera),
                web.get("/cameras/{id}", self._camera),
                web.patch("/cameras/{id}", self._patch_camera),
                web.delete("/cameras/{id}", self._remove_camera),
                web.post("/cameras/{id}/events", self._inject_event),
                web.get("/requests", self._requests),
                web.delete("/requests", self._forget_requests),
                web.get("/callbacks", self._callbacks),
                web.get("/streams", self._streams),
                web.get("/servers", self._servers),
                *self._vendor.control_routes(),
            ]
        )
        return app

    def _base(self, request: web.Request) -> str:
        """Return the vendor's address, under the name by which the control port was reached."""
        return self._address(request, self._vendor.listeners[0])

    def _address(self, request: web.Request, listener: Listener) -> str:
        return str(request.url.origin().with_port(listener.port))

    def _secure_address(self, request: web.Request, listener: Listener) -> str | None:
        if not listener.secure_port:
            return None
        origin = request.url.origin().with_scheme("https").with_port(listener.secure_port)
        return str(origin) + self._vendor.base_path

    async def _state(self, request: web.Request) -> web.Response:
        clock = self._simulation.clock
        return web.json_response(
            {
                "vendor": self._vendor.name,
                "seed": self._simulation.world.seed,
                "now": iso(clock.now()),
                "rate": clock.rate,
                "accepting": all(listener.accepting for listener in self._vendor.listeners),
                "settings": self._simulation.settings.as_json(),
                "quirks": self._vendor.quirks.as_json(),
                "faults": [rule.as_json() for rule in self._vendor.faults.rules],
                **self._vendor.describe(),
            }
        )

    async def _reset(self, request: web.Request) -> web.Response:
        self._simulation.clock.reset()
        self._simulation.settings.reset()
        await self._simulation.streams.stop_all()
        await self._vendor.reset()
        self._vendor.faults.rules.clear()
        self._vendor.recorder.clear()
        await self._accept(self._vendor.listeners)
        return await self._state(request)

    async def _clock(self, request: web.Request) -> web.Response:
        clock, body = self._simulation.clock, await read_body(request)
        if unknown := body.keys() - {"set", "advance", "rate"}:
            raise ValueError(f"unknown: {', '.join(unknown)}")
        if isinstance(moment := body.get("set"), str):
            at = datetime.fromisoformat(moment)
            clock.set((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
        if "rate" in body:
            clock.set_rate(_number(body["rate"]))
        if "advance" in body:
            clock.advance(_number(body["advance"]))
        return web.json_response({"now": iso(clock.now()), "rate": clock.rate})

    async def _settings(self, request: web.Request) -> web.Response:
        return await change(self._simulation.settings, request)

    async def _quirks(self, request: web.Request) -> web.Response:
        return await change(self._vendor.quirks, request)

    async def _faults(self, request: web.Request) -> web.Response:
        return web.json_response([rule.as_json() for rule in self._vendor.faults.rules])

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await read_body(request)
        if "refuse" in body:
            listeners = self._named(body.get("server"))
            if body["refuse"]:
                for listener in listeners:
                    await listener.refuse()
            else:
                await self._accept(listeners)
        else:
            self._vendor.faults.rules.append(Rule.from_json(body))
        return await self._faults(request)

    async def _remove_faults(self, request: web.Request) -> web.Response:
        self._vendor.faults.rules.clear()
        await self._accept(self._vendor.listeners)
        return await self._faults(request)

    async def _accept(self, listeners: Sequence[Listener]) -> None:
        for listener in listeners:
            await listener.accept()

    def _named(self, server: Json) -> Sequence[Listener]:
        """Return one of the vendor's servers, or all of them for None."""
        found = [listener for listener in self._vendor.listeners if server in (None, listener.name)]
        if not found:
            raise KeyError(server)
        return found

    async def _servers(self, request: web.Request) -> web.Response:
        return web.json_response(
            [
                {
                    "id": listener.name,
                    "url": self._address(request, listener) + self._vendor.base_path,
                    "secure_url": self._secure_address(request, listener),
                    "accepting": listener.accepting,
                }
                for listener in self._vendor.listeners
            ]
        )

    async def _credentials(self, request: web.Request) -> web.Response:
        return web.json_response(self._vendor.act_on_credentials(await read_body(request)))

    async def _cameras(self, request: web.Request) -> web.Response:
        return web.json_response(self._vendor.cameras(self._base(request)))

    async def _add_camera(self, request: web.Request) -> web.Response:
        return web.json_response({"id": self._vendor.add_camera(await read_body(request))})

    async def _camera(self, request: web.Request) -> web.Response:
        return web.json_response(self._vendor.camera(request.match_info["id"], self._base(request)))

    async def _patch_camera(self, request: web.Request) -> web.Response:
        self._vendor.patch_camera(request.match_info["id"], await read_body(request))
        return await self._camera(request)

    async def _remove_camera(self, request: web.Request) -> web.Response:
        self._vendor.remove_camera(request.match_info["id"])
        return web.json_response({})

    async def _inject_event(self, request: web.Request) -> web.Response:
        return web.json_response({"id": self._vendor.inject_event(request.match_info["id"], await read_body(request))})

    async def _requests(self, request: web.Request) -> web.Response:
        return web.json_response(self._vendor.recorder.as_json())

    async def _forget_requests(self, request: web.Request) -> web.Response:
        self._vendor.recorder.clear()
        return web.json_response([])

    async def _callbacks(self, request: web.Request) -> web.Response:
        return web.json_response(self._vendor.callbacks)

    async def _streams(self, request: web.Request) -> web.Response:
        return web.json_response(self._simulation.streams.report())


def _explain() -> Middleware:
    @web.middleware
    async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        except KeyError as error:
            return web.json_response({"error": f"there is no {error}"}, status=404)

    return explain


async def read_body(request: web.Request) -> JsonObject:
    """Return the object that was sent, an empty one for nothing; raise ValueError for anything else."""
    text = await request.text()
    body: Json = json.loads(text) if text else {}
    if not isinstance(body, dict):
        raise ValueError("the body is not an object")
    return body


async def change(switches: Switches, request: web.Request) -> web.Response:
    """Set some switches and answer with all of them."""
    switches.change(await read_body(request))
    return web.json_response(switches.as_json())


def _number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is not a number")
    return float(value)
