"""The resource ``configure``: for senior administrators, at the main server, with a licence that includes it."""

from typing import cast

from aiohttp import web

from ..switches import Json, JsonObject
from .cameras import Camera
from .channel import MODEL, full_channel
from .modules import NAMES
from .rest import FORBIDDEN, LICENSED
from .system import SERVER, Server, System
from .wire import Handler, json_answer, not_found, read_object, refuse, rest

_LICENCES = {
    "Channels": None,
    "SoundChannels": None,
    "PtzChannels": None,
    "FaceRecognitionChannels": "facescomplete",
    "PlateRecognCompleteChannels": "platescomplete",
    "PlateRecognLightChannels": "platesstandard",
    "PeopleCounterChannels": "peoplecounter",
    "ReservedChannels": None,
}


class Configure:
    """What the configuration consists of, and the settings of modules, which can be changed."""

    def __init__(self, system: System) -> None:
        self._system = system

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        base = "/configure"
        module = f"{base}/channels/{{camera}}/{{module:{'|'.join(NAMES)}}}"
        table: list[tuple[str, str, Handler]] = [
            ("GET", "/channels", self._channels),
            ("GET", "/channels/{camera}", self._channel),
            ("GET", "/servers", self._servers),
            ("GET", "/servers/{server}", self._server),
            ("GET", "/servers/{server}/channels", self._server_channels),
            ("GET", "/devicemanufacturers", self._manufacturers),
            ("GET", module.removeprefix(base), self._read_module),
            ("PUT", module.removeprefix(base), self._write_module),
        ]
        return [
            web.route(method, f"{base}{path}{{slash:/?}}", rest(self._allowed(handler)))
            for method, path, handler in table
        ]

    def _allowed(self, handler: Handler) -> Handler:
        async def checked(request: web.Request) -> web.StreamResponse:
            system = self._system
            user = system.user(request)
            if not user.senior:
                refuse(403, FORBIDDEN)
            products = ("Ultra",) if system.quirks.configure_needs == "ultra" else ("Enterprise", "Ultra")
            if system.setup.product not in products:
                refuse(403, "License error: REST API configuration is not available")
            if request.app[SERVER] != system.main.id and system.quirks.configure_elsewhere == "404":
                not_found(request)
            return await handler(request)

        return checked

    def _answer(self, value: Json) -> web.Response:
        return json_answer(value, self._system.quirks)

    def _camera(self, request: web.Request) -> Camera:
        return self._system.cameras.get(request.match_info["camera"].lower()) or not_found(request)

    async def _channels(self, request: web.Request) -> web.Response:
        return self._answer([camera.described() for camera in self._system.cameras.values()])

    async def _channel(self, request: web.Request) -> web.Response:
        return self._answer(full_channel(self._camera(request)))

    async def _servers(self, request: web.Request) -> web.Response:
        return self._answer([self._described(server, request) for server in self._system.servers])

    async def _server(self, request: web.Request) -> web.Response:
        described = self._described(self._asked_server(request), request)
        for licences in ("TotalLicParams", "UsedLicParams"):
            # The guide's detailed object is without it.
            cast(JsonObject, described[licences]).pop("PeopleCounterChannels")
        return self._answer(described)

    async def _server_channels(self, request: web.Request) -> web.Response:
        server = self._asked_server(request)
        return self._answer([camera.brief() for camera in self._system.attached(server.id)])

    def _asked_server(self, request: web.Request) -> Server:
        return self._system.server(request.match_info["server"].lower()) or not_found(request)

    def _described(self, server: Server, request: web.Request) -> JsonObject:
        total: JsonObject = {}
        used: JsonObject = {}
        cameras = self._system.attached(server.id)
        for name, module in _LICENCES.items():
            if name == "Channels":
                used[name] = len(cameras)
            elif name == "SoundChannels":
                used[name] = sum(camera.has_sound for camera in cameras)
            else:
                used[name] = sum(module in self._system.modules.enabled(camera) for camera in cameras if module)
            licensed = module is None or self._system.setup.as_json()[module] is True
            total[name] = max(LICENSED, len(self._system.cameras)) if licensed else 0
        return {
            "Id": server.id,
            "Name": server.name,
            "Hostname": request.url.host,
            "Port": server.port,
            "IsReplicationServer": False,
            "UseFastReservation": False,
            "TotalLicParams": total,
            "UsedLicParams": used,
        }

    async def _manufacturers(self, request: web.Request) -> web.Response:
        return self._answer([{"Name": "Generic", "DeviceModels": [_model()]}])

    async def _read_module(self, request: web.Request) -> web.Response:
        camera, name = self._camera(request), request.match_info["module"]
        self._system.require_module(name)
        return self._answer(self._system.modules.read(camera, name))

    async def _write_module(self, request: web.Request) -> web.Response:
        system, camera, name = self._system, self._camera(request), request.match_info["module"]
        system.require_module(name)
        try:
            system.modules.write(camera, name, await read_object(request))
        except ValueError as error:
            refuse(400, str(error))
        system.revision += 1
        return (
            web.Response() if system.quirks.put_answer == "empty" else self._answer(system.modules.read(camera, name))
        )


def _model() -> JsonObject:
    return {
        "Id": MODEL,
        "Name": "ONVIF",
        "AltStreamSupported": True,
        "MultiChannelServerSupported": False,
        "DeviceArchiveSupported": False,
        "PtzSupported": True,
        "SoundReceivingSupported": True,
        "SoundTransmittingSupported": False,
        "IoProcessingEnabledSupported": True,
        "MainVideoStreamFormatsSupported": ["MJPEG", "H264"],
        "AltVideoStreamFormatsSupported": ["MJPEG", "H264"],
        "DefaultExternalNetworkPorts": [554],
    }
