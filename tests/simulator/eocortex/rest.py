"""The resources ``api`` and ``webapi``, which any server answers."""

from collections.abc import Iterator
from datetime import UTC, datetime

from aiohttp import web

from ..switches import Json, JsonObject
from ..world import recordings
from .access import User
from .cameras import DAY, Camera
from .channel import full_channel
from .modules import plugin_id
from .system import SERVER, System
from .wire import Handler, json_answer, not_found, parameters, read_iso, refuse, rest

FORBIDDEN = "Resource is forbidden for user"
_FEATURES = (
    "VideoAnalystServer", "IsNetworkLicenseEnabled", "IsRestConfigurationEnabled", "IsActiveDirectoryAuthEnabled",
    "IsJuniorAdminEnabled", "IsMessengerEnabled", "IsVideoWallEnabled", "IsDuplicateArchiveEnabled",
    "IsArchiveThinningEnabled", "IsMonitoringEnabled", "IsPriorityPtzEnabled", "IsAlarmOnPlansEnabled",
    "IsArchiveEpisodesFeatureEnabled", "IsLongTermDatabaseFeatureEnabled", "IsEchdIntegrationEnabled",
)  # fmt: skip
_CHANNELS = (
    "NonRegistratorChannels", "RegistratorChannels", "ReservedChannels", "SoundChannels", "PtzChannels",
    "PosTerminalChannels", "FaceDetectorChannels", "InteractiveSearchChannels", "PlateRecognitionChannels",
    "PeopleCntChannels", "TrackingChannels", "HeatMapChannels", "QueueCounterChannels", "AbandonedObjectChannels",
    "CrowdCountingChannels", "FireAndSmokeChannels", "PersonalControlChannels", "LoudSoundChannels",
    "ObjectCounterModuleChannels", "EmergencyVehicleDetectionModuleChannels", "FallenPeopleDetectionModuleChannels",
    "OurPlatesModuleChannels", "AutoMarshalChannels", "FishEyeChannels", "PeopleCnt3DChannels",
    "HardHatDetectionChannels", "ShelfFullnessDetectors", "LightFaceRecognitionChannels",
    "CompleteFaceRecognitionChannels", "VisitorStatisticsFaceRecognitionChannels", "CameraBuiltInAnalystChannels",
)  # fmt: skip
_MODULES_OF = {
    "PlateRecognitionChannels": ("platescomplete", "platesstandard"),
    "PeopleCntChannels": ("peoplecounter",),
    "QueueCounterChannels": ("queuecounter",),
    "CompleteFaceRecognitionChannels": ("facescomplete",),
    "VisitorStatisticsFaceRecognitionChannels": ("visitors",),
}
LICENSED = 16
"""How many cameras each licence is for, unless there are more."""


def api_user(system: System, request: web.Request) -> User:
    """Return who asks; ``api`` may be closed to all but senior administrators."""
    user = system.user(request)
    if system.quirks.api_for == "senior" and not user.senior and request.path.startswith("/api/"):
        refuse(403, FORBIDDEN)
    return user


class Rest:
    """Reads requests, asks the system, writes answers."""

    def __init__(self, system: System) -> None:
        self._system = system

    def routes(self) -> list[web.RouteDef]:
        """Return the routes, and one that takes everything nobody knows."""
        channel, camera = "/api/channels/{camera}", "/webapi/cameras/{camera}"
        table: list[tuple[str, Handler]] = [
            ("/api/channels", self._channels),
            (channel, self._channel),
            (channel + "/status", self._status),
            ("/webapi/cameras", self._cameras),
            ("/webapi/cameras/analytics", self._analytics),
            (camera + "/archive_days", self._archive_days),
            ("/webapi/license", self._license),
        ]
        return [web.get(path + "{slash:/?}", rest(handler), allow_head=False) for path, handler in table]

    def _asked(self, request: web.Request) -> User:
        return api_user(self._system, request)

    def _camera(self, request: web.Request) -> Camera:
        return self._system.camera(request, request.match_info["camera"])

    def _answer(self, value: Json) -> web.Response:
        return json_answer(value, self._system.quirks)

    async def _channels(self, request: web.Request) -> web.Response:
        self._asked(request)
        return self._answer([camera.brief() for camera in self._system.attached(request.app[SERVER])])

    async def _channel(self, request: web.Request) -> web.Response:
        self._asked(request)
        camera = self._camera(request)
        full = self._system.quirks.channel == "full"
        return self._answer(full_channel(camera) if full else camera.brief())

    async def _status(self, request: web.Request) -> web.Response:
        self._asked(request)
        system = self._system
        return self._answer(self._camera(request).status(system.simulation.world, system.now, system.quirks))

    async def _cameras(self, request: web.Request) -> web.Response:
        self._asked(request)
        watermark: JsonObject = {
            "IsEnabled": False,
            "Opacity": 0.5,
            "ColorCode": "#FFFFFFFF",
            "IsDateAndTimeEnabled": True,
            "IsUserNameEnabled": True,
            "IsComputerNameEnabled": True,
            "LocationMode": 0,
        }
        return self._answer(
            [
                {"ChannelId": camera.id, "ChannelName": camera.name, "WatermarkSettings": watermark}
                for camera in self._system.listed(request)
            ]
        )

    async def _analytics(self, request: web.Request) -> web.Response:
        self._asked(request)
        wanted = {
            part.strip().lower()
            for name, value in request.query.items()
            if name.lower() == "channelids"
            for part in value.split(",")
        }
        answer: list[Json] = []
        for camera in self._system.listed(request):
            if not wanted or camera.id in wanted:
                plugins: list[Json] = [plugin_id(name) for name in sorted(self._system.modules.enabled(camera))]
                answer.append({"ChannelId": camera.id, "ChannelName": camera.name, "PluginIds": plugins})
        return self._answer(answer)

    async def _archive_days(self, request: web.Request) -> web.Response:
        user, camera, query = self._asked(request), self._camera(request), parameters(request)
        if not user.may_search(camera.id):
            refuse(403, FORBIDDEN)
        now = self._system.now
        oldest = now - camera.days * DAY
        start = max(oldest, read_iso(query["starttimeutc"])) if "starttimeutc" in query else oldest
        end = min(now, read_iso(query["endtimeutc"])) if "endtimeutc" in query else now
        days: list[Json] = [
            f"{datetime.fromtimestamp(day, UTC):%Y-%m-%dT%H:%M:%S}.000Z"
            for day in _midnights(start, end)
            if recordings(camera.place, max(start, day), min(end, day + DAY))
        ]
        return self._answer({"ChannelId": camera.id, "ChannelName": camera.name, "ArchiveDays": days})

    async def _license(self, request: web.Request) -> web.Response:
        self._asked(request)
        system, server = self._system, request.app[SERVER]
        answer: JsonObject = {
            "ProductType": system.setup.product,
            "IsTimeLimited": False,
            "TimeLimit": "2030-12-31T00:00:00.000Z",
            "Language": "English",
            "IsMaxClientsLimited": False,
            "MaxClients": 0,
            **dict.fromkeys(_FEATURES, system.setup.product != "LS"),
        }
        for name in _CHANNELS:
            answer[name] = self._usage(name, server)
        return self._answer(answer)

    def _usage(self, name: str, server: str) -> JsonObject:
        """Count one licence; what tells OnServer from Used is chosen here: the asked server, and the whole system."""
        system = self._system
        modules = _MODULES_OF.get(name)
        if modules is None:
            if name not in ("NonRegistratorChannels", "SoundChannels"):
                return {"OnServer": 0, "Used": 0, "Total": 0}
            users = [camera for camera in system.cameras.values() if name != "SoundChannels" or camera.has_sound]
        else:
            licensed = system.setup.as_json()
            if not any(licensed[module] for module in modules):
                return {"OnServer": 0, "Used": 0, "Total": 0}
            users = [camera for camera in system.cameras.values() if system.modules.enabled(camera) & {*modules}]
        here = sum(camera.server_id == server for camera in users)
        return {"OnServer": here, "Used": len(users), "Total": max(LICENSED, len(users))}


def _midnights(start: float, end: float) -> Iterator[int]:
    day = int(start // DAY) * DAY
    while day < end:
        yield day
        day += DAY


async def unknown(request: web.Request) -> web.StreamResponse:
    """Answer what nobody knows, as the guide shows it."""
    not_found(request)
