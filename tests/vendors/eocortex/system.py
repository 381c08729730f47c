"""A system of servers that answer as the vendor's do, as far as these tests need it."""

from collections.abc import Callable
from typing import Any

from aiohttp import web
import orjson

from tests.vendors.server import Server

from .examples import example

SYSTEM = "0d4a4c2e-6b1f-4e0f-8a5b-0b8d1d3e9f10"
JPEG = b"\xff\xd8\xff\xe0 a picture"
ROOM = "a78db714-69f3-4fec-9792-a708cb88c3ac"


def server_id(number: int) -> str:
    """Return the id of a server."""
    return f"cd81195c-9c0e-42f0-8535-{number:012}"


def camera_id(number: int) -> str:
    """Return the id of a camera."""
    return f"7d69e586-25c6-470e-a368-{number:012}"


def channel(number: int, server: int = 1, /, **changes: Any) -> dict[str, Any]:
    """Return an item of `Channels`."""
    return {
        "Id": camera_id(number),
        "Name": f"Camera {number}",
        "Description": "",
        "DeviceInfo": None,
        "AttachedToServer": server_id(server),
        "IsDisabled": False,
        "IsSoundOn": False,
        "IsArchivingEnabled": True,
        "AllowedRealtime": True,
        "AllowedArchive": True,
        "IsPtzOn": False,
        "Streams": [{"StreamType": "Main", "StreamFormat": "H264", "RotationMode": "None"}],
        "IsPeopleCountingEnabled": False,
        "TimeZoneOffset": 5.5,
        **changes,
    }


class System:
    """Two servers with a camera each; tests change what it has and how it answers."""

    def __init__(self, *servers: Server) -> None:
        """Answer at these servers."""
        self.servers = servers
        self.channels = [channel(1, 1), channel(2, 2)]
        self.states: dict[str, tuple[str, bool]] = {camera_id(n): ("Connected", True) for n in (1, 2)}
        self.configuration: dict[str, Any] = {}
        self.answers: dict[str, tuple[int, Any]] = {}
        """What a path is answered with, instead of what is usual."""
        self.silent: set[Server] = set()
        self.modules = {"facescomplete": example("facescomplete"), "peoplecounter": example("peoplecounter")}
        self.written: list[tuple[str, Any]] = []
        for number, server in enumerate(servers, 1):
            server.answer(self._serve(number, server))

    def configex(self, sender: int) -> dict[str, Any]:
        """Return the configuration as a server sends it."""
        return {
            "Id": SYSTEM,
            "SenderId": server_id(sender),
            "RevNum": 7,
            "Timestamp": "2026-04-10T08:00:00.1234567Z",
            "ServerVersion": "4.6.21",
            "ProductType": "Ultra",
            "Servers": [self.server_row(number) for number in range(1, len(self.servers) + 1)],
            "Channels": self.channels,
            "RootSecObject": {
                "Id": "1f2c7319-9e87-46a2-be33-61bf2872b7df",
                "Name": "Root",
                "ChildChannels": [],
                "ChildSecObjects": [
                    {
                        "Id": "25f867d0-92d5-4571-86da-403ea9458501",
                        "Name": "Main Office",
                        "ChildChannels": [camera_id(2)],
                        "ChildSecObjects": [
                            {"Id": ROOM, "Name": "Hall", "ChildChannels": [camera_id(1)], "ChildSecObjects": []}
                        ],
                    }
                ],
            },
            "UserGroup": {"CanConfigure": True, "CanReceiveSound": True},
            "MobileServerInfo": {"IsEnabled": True},
            "RtspServerInfo": {"IsEnabled": True, "TcpPort": 8554, "IsMjpegEnabled": False},
            "MobileDevicesCapabilities": {"Hls": True},
            **self.configuration,
        }

    def server_row(self, number: int, **changes: Any) -> dict[str, Any]:
        """Return an item of `Servers`; ports are text."""
        port = str(self.servers[number - 1].url.port)
        return {
            "Id": server_id(number),
            "Name": f"Server {number}",
            "Url": f"127.0.0.1:{port}",
            "PrimaryIp": "127.0.0.1",
            "PrimaryPort": port,
            "PrimarySslPort": "0",
            "SecondaryIp": "",
            "SecondaryPort": "0",
            "SecondarySslPort": "0",
            "ConnectionUrl": None,
            **changes,
        }

    def asked(self, path: str) -> int:
        """Return how often something was asked for, at all servers."""
        return sum(server.paths.count(path) for server in self.servers)

    def _serve(self, number: int, server: Server) -> Callable[[web.BaseRequest], Any]:
        async def respond(request: web.BaseRequest) -> web.StreamResponse:
            if server in self.silent:
                assert request.transport
                request.transport.close()
                return web.Response()
            status, answer = self.answers.get(request.path) or await self._answer(number, request)
            if isinstance(answer, bytes):
                kind = "image/jpeg" if answer.startswith(b"\xff\xd8") else "text/plain"
                return web.Response(status=status, body=answer, content_type=kind)
            return web.Response(status=status, body=orjson.dumps(answer), content_type="application/json")

        return respond

    async def _answer(self, number: int, request: web.BaseRequest) -> tuple[int, Any]:
        match request.path.strip("/").split("/"):
            case ["configex"]:
                return 200, self.configex(number)
            case ["command"]:
                return 200, self._states(number)
            case ["api", "channels"] | ["api", "objects_counting", "current_counters"]:
                return 200, []
            case ["api", "faceconfig"] | ["api", "faces-groups"] | ["api", "cars-groups"]:
                return 200, {"modules": [], "groups": [], "total_count": 0}
            case ["api", "channels", camera, "status"]:
                return 200, {**example("api_channel_status"), "Id": camera}
            case ["configure", "servers"]:
                return 200, example("servers")
            case ["configure", "channels", _, module] if module in self.modules:
                if request.method == "PUT":
                    self.modules[module] = orjson.loads(await request.read())
                    self.written.append((module, self.modules[module]))
                    return 200, b""
                return 200, self.modules[module]
            case ["webapi", "license"]:
                used = {"OnServer": 1, "Used": 2, "Total": 5}
                return 200, {**example("license"), "SoundChannels": used}
            case ["site"]:
                return 200, JPEG
            case ["hls"]:
                return 200, b"s3ssion/live.m3u8"
            case _:
                return 404, {"ErrorMessage": f"Resource is not found ({request.path} | {request.method})"}

    def _states(self, number: int) -> bytes:
        own = {row["Id"] for row in self.channels if row["AttachedToServer"] == server_id(number)}
        rows = [
            {"Id": key, "IsRecordingOn": recording, "StreamsStates": [{"Type": "MainVideo", "State": state}]}
            for key, (state, recording) in self.states.items()
            if key in own
        ]
        body = orjson.dumps(rows)
        head = f"Timestamp: 10.04.2026 08:00:00\r\nError code: 0\r\nMessage: OK\r\nBody-length: {len(body)}\r\n"
        return head.encode() + b"\xef\xbb\xbf" + body
