"""``/configex``: the whole system as one document, from any of its servers."""

from datetime import datetime
from typing import cast
from uuid import uuid5
from xml.etree import ElementTree as ET

from aiohttp import web

from ..switches import Json, JsonObject
from ..world.places import NAMESPACE
from .access import User
from .cameras import Camera
from .system import SERVER, Server, System
from .wire import dressed, iso, parameters, pretty, root, root_body, text_of, wants_json, xml

ROOT_OBJECT = "934f0580-267a-4d3b-a0f6-0bfb48308f6f"
_ITEMS = {
    "Servers": "ServerInfo",
    "Channels": "ChannelInfo",
    "Streams": "StreamInfo",
    "ChildSecurityObjects": "SecObjectInfo",
    "ChildChannels": "ChannelId",
    "Resolutions": "ResolutionInfo",
    "UserScenarios": "ScenarioInfo",
}
"""What the parts of a list are called in XML; those of servers, streams and resolutions are chosen here."""
_RENAMED = {"RootSecObject": "RootSecurityObject", "ChildSecObjects": "ChildSecurityObjects"}


class Configex:
    """The resource every user may read."""

    def __init__(self, system: System) -> None:
        self._system = system

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        quirks = self._system.quirks
        return [web.get("/configex", root(self._configex, quirks, may_show_page=True))]

    async def _configex(self, request: web.Request) -> web.Response:
        user, quirks = self._system.user(request), self._system.quirks
        document = self._document(request, user)
        if wants_json(parameters(request)):
            text, content_type = pretty(dressed(document, quirks)), "application/json"
        else:
            text, content_type = xml(_element("Configuration", document)), "text/xml"
        return web.Response(body=root_body(text, quirks), content_type=content_type)

    def _document(self, request: web.Request, user: User) -> JsonObject:
        system, quirks = self._system, self._system.quirks
        revision: JsonObject = {
            key: system.revision for key in ("RevNum", "Revision") if quirks.revision in (key, "both")
        }
        document: JsonObject = {
            "Id": system.id,
            "SenderId": request.app[SERVER],
            **revision,
            "Timestamp": iso(1_686_119_415.3279409 + system.revision, quirks),
            "XmlProtocolVersion": 2,
            "ServerVersion": system.setup.version,
            "ProductType": system.setup.product,
            "UseTimeZones": True,
            "Servers": [self._server(server, request) for server in system.servers],
            "Channels": [self._channel(camera, user) for camera in system.cameras.values()],
            "RootSecObject": self._tree(),
            "UserGroup": user.rights(),
            "MobileServerInfo": self._mobile(request),
            "RtspServerInfo": {
                "IsEnabled": system.setup.rtsp and system.rtsp_port is not None,
                "TcpPort": system.rtsp_port or 554,
                "IsMjpegEnabled": False,
            },
            "MobileDevicesCapabilities": {
                "Archive": True,
                "Ptz": False,
                "Hls": system.setup.hls,
                "AppleMobilePush": False,
                "AndroidMobilePush": False,
                "Profiles": True,
                "UserScenarios": False,
                "SmartAssistant": False,
            },
        }
        if quirks.extra_fields:
            document |= {"ClusterMode": {"IsEnabled": False}, "Motd": "Hello <world> & {friends}"}
        return document

    def _server(self, server: Server, request: web.Request) -> JsonObject:
        host, quirks = request.url.host or "127.0.0.1", self._system.quirks

        def port(number: int) -> Json:
            return str(number) if quirks.string_ports else number

        name = f"[{host}]" if ":" in host else host
        return {
            "Id": server.id,
            "Name": server.name,
            "Url": f"{name}:{server.port}",
            "PrimaryIp": host,
            "PrimaryPort": port(server.port),
            "PrimarySslPort": port(server.secure_port if self._system.setup.tls else 0),
            "SecondaryIp": "",
            "SecondaryPort": port(0),
            "SecondarySslPort": port(0),
            "ConnectionUrl": None,
        }

    def _channel(self, camera: Camera, user: User) -> JsonObject:
        system = self._system
        zone = system.simulation.world.time_zone
        offset = datetime.fromtimestamp(system.now, zone).utcoffset()
        channel = camera.channel(
            system.quirks,
            system.modules.enabled(camera),
            may_see=user.may_see(camera.id),
            may_search=user.may_search(camera.id),
        )
        return channel | {"TimeZoneOffset": offset.total_seconds() / 3600 if offset else 0}

    def _tree(self) -> JsonObject:
        """Return the sites with their rooms."""
        sites: dict[int, JsonObject] = {}
        rooms: dict[str, JsonObject] = {}
        for camera in self._system.cameras.values():
            place, room = camera.place, camera.location_id
            if place.site_index not in sites:
                sites[place.site_index] = _object(
                    str(uuid5(NAMESPACE, f"eocortex/{place.site_index}")), place.site_name
                )
            if room not in rooms:
                rooms[room] = _object(room, place.room)
                cast(list[Json], sites[place.site_index]["ChildSecObjects"]).append(rooms[room])
            cast(list[Json], rooms[room]["ChildChannels"]).append(camera.id)
        return {**_object(ROOT_OBJECT, None), "ChildSecObjects": list(sites.values())}

    def _mobile(self, request: web.Request) -> JsonObject:
        server = self._system.server(request.app[SERVER]) or self._system.main
        return {
            "IsEnabled": True,
            "IsProxyEnabled": False,
            "IsMobilePushEnabled": False,
            "Port": server.port,
            "UsePFrames": False,
            "FpsLimit": 25,
            "Resolutions": [
                {"Width": 320, "Height": 180, "IsEnabled": True, "FpsLimit": 10, "UsePFrames": False, "Type": "Low"}
            ],
        }


def _object(object_id: str, name: str | None) -> JsonObject:
    return {"Id": object_id, "Name": name, "ChildSecObjects": [], "ChildChannels": []}


def _element(name: str, value: JsonObject) -> ET.Element:
    """Return an object as XML: scalars are attributes, objects and lists are elements."""
    element = ET.Element(name)
    for key, part in value.items():
        key = _RENAMED.get(key, key)
        if isinstance(part, dict):
            element.append(_element(key, part))
        elif isinstance(part, list):
            parts = ET.SubElement(element, key)
            for item in part:
                if isinstance(item, dict):
                    parts.append(_element(_ITEMS.get(key, "Item"), item))
                else:
                    ET.SubElement(parts, _ITEMS.get(key, "Item")).text = text_of(item)
        elif part is not None:
            element.set(key, text_of(part))
    return element
