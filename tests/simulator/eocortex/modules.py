"""The analytics modules of cameras: their settings as the guide prints them, and what a PUT makes of them."""

from copy import deepcopy
from typing import cast
from uuid import uuid5

from ..switches import Json, JsonObject
from ..world import Role
from ..world.places import NAMESPACE
from .cameras import Camera
from .quirks import Quirks

DATABASE_PASSWORD = "masterkey-Ω-9146"
"""Stands in the settings of the modules with a database; must never be seen anywhere."""
NAMES = ("facescomplete", "peoplecounter", "platescomplete", "platesstandard", "queuecounter", "visitors")
_GENERAL = "GeneralSettings"
_SIZES = ("0.10000000149011612,0.10000000149011612,0.03999999910593033,0.014999999664723873",
          "0.20000000298023224,0.20000000298023224,0.699999988079071,0.5")  # fmt: skip
_AREA = ("0.25,0.25", "0.75,0.25", "0.75,0.75", "0.25,0.75")
_ON: dict[str, frozenset[Role]] = {
    "facescomplete": frozenset({Role.ENTRANCE, Role.RECEPTION, Role.CORRIDOR}),
    "peoplecounter": frozenset({Role.ENTRANCE, Role.CORRIDOR}),
    "platescomplete": frozenset({Role.GATE}),
    "platesstandard": frozenset({Role.CAR_PARK}),
    "queuecounter": frozenset({Role.RECEPTION}),
    "visitors": frozenset({Role.ENTRANCE}),
}
"""Where each module is on from the start."""


def plugin_id(name: str) -> str:
    """Return the id of a module in ``cameras/analytics``; the real ones are not documented."""
    return str(uuid5(NAMESPACE, f"eocortex/plugin/{name}"))


class Modules:
    """The settings of all modules of all cameras; those called general are the same for every camera."""

    def __init__(self, quirks: Quirks) -> None:
        self._quirks = quirks
        self.reset()

    def reset(self) -> None:
        """Return to the start."""
        self._settings: dict[tuple[str, str], JsonObject] = {}
        self._general: dict[str, Json] = {}
        self.written = 0
        """How often settings have been changed."""

    def enabled(self, camera: Camera) -> frozenset[str]:
        """Return the names of the modules that are on."""
        return frozenset(name for name in NAMES if self._is_on(camera, name))

    def read(self, camera: Camera, name: str) -> JsonObject:
        """Return the settings as a GET does."""
        settings = deepcopy(self._kept(camera, name))
        if _GENERAL in settings and name in self._general:
            settings[_GENERAL] = deepcopy(self._general[name])
        if self._quirks.extra_fields:
            settings = {"FirmwareHint": {"Level": 3}, **settings}
        return settings

    def write(self, camera: Camera, name: str, body: JsonObject) -> None:
        """Take over what a PUT sent, with keys nobody knows; raise ValueError for what cannot be."""
        if not isinstance(body.get("Enabled"), bool):
            raise ValueError("Enabled is missing")
        before = self.read(camera, name)
        base = before if self._quirks.put == "merge" else _defaults(name, camera, self._quirks, enabled=False)
        settings = _merged(base, body)
        if name == "peoplecounter" and settings.get("UseChannelResetCounterSettings") is not True:
            kept = ("ZeroCountingTimeUTC", "IntervalInHours")
            settings |= {key: before[key] for key in kept if key in before}
        if _GENERAL in settings:
            self._general[name] = settings[_GENERAL]
        self._settings[camera.id, name] = settings
        self.written += 1

    def _kept(self, camera: Camera, name: str) -> JsonObject:
        kept = self._settings.get((camera.id, name))
        return kept or _defaults(name, camera, self._quirks, enabled=self._is_on(camera, name))

    def _is_on(self, camera: Camera, name: str) -> bool:
        kept = self._settings.get((camera.id, name))
        return camera.place.role in _ON[name] if kept is None else kept["Enabled"] is True


def _merged(base: JsonObject, changes: JsonObject) -> JsonObject:
    """Return an object in which the changes replace what stands there, object by object."""
    merged = dict(base)
    for key, value in changes.items():
        known = merged.get(key)
        merged[key] = _merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged


def _defaults(name: str, camera: Camera, quirks: Quirks, *, enabled: bool) -> JsonObject:
    if name == "peoplecounter":
        return {"Enabled": enabled, **_COUNTER}
    answer: JsonObject = {}
    match name:
        case "facescomplete":
            covered: JsonObject = {"RecognizeCoveredFaces": True, "RecognizeRotatedFaces": False}
            answer = {_GENERAL: _database(), "ChannelSettings": _faces(quirks, "UnknownFaceThreshold") | covered}
        case "visitors":
            answer = {_GENERAL: _database(), "ChannelSettings": _faces(quirks, quirks.threshold)}
        case "platescomplete":
            answer = {"ChannelSettings": {"DbId": ""}}
        case "platesstandard":
            answer = {"ChannelSettings": _plates(camera)}
        case "queuecounter":
            answer = {"ChannelSettings": {"DetectionZones": [_queue(camera, 1), _queue(camera, 2)]}}
    return answer | {"Enabled": enabled}


def _database() -> JsonObject:
    return {
        "DatabaseSettings": {
            "IsDedicated": True,
            "IpAddress": "127.0.0.1",
            "Port": 3050,
            "User": "SYSDBA",
            "Password": DATABASE_PASSWORD,
            "OsType": "Windows",
        }
    }


def _faces(quirks: Quirks, threshold: str) -> JsonObject:
    inside = range(3, 37)
    zone = [[int(2 <= row < 37 and column in inside) for column in range(40)] for row in range(40)]
    return {
        "DelayBetweenSameDetectionsSeconds": 5,
        "MinObjectSize": "0.1,0.1,0.06,0.06",
        "MaxObjectSize": "0.3,0.3,0.5,0.5",
        threshold: 85.0,
        quirks.sensitivity: "Blurry" if quirks.unknown_enums else "Medium",
        "DetectionMap": cast(Json, zone),
        "DbId": "",
    }


_COUNTER: JsonObject = {
    "CountingMethod": "MultiplePeople",
    "ObjWidth": 0.3,
    "ObjHeight": 0.3,
    "LineBeginX": 0.05,
    "LineBeginY": 0.5,
    "LineEndX": 0.95,
    "LineEndY": 0.5,
    "CountingInversedDirection": False,
    "UseChannelResetCounterSettings": False,
    "ZeroCountingTimeUTC": "2021-04-28T11:24:30.8956469Z",
    "IntervalInHours": 0,
    "PeopleCountingVariant": "InOut",
    "Sensitivity": "Medium",
    "ProcessFullFrame": False,
}


def _plates(camera: Camera) -> JsonObject:
    least, most = _SIZES
    return {
        "MinPlateSize": least,
        "MaxPlateSize": most,
        "PolygonZones": [{"Name": "Area 1", "Id": _zone(camera, 1), "Points": ["0,0", "1,0", "1,1", "0,1"]}],
        "Direction": 1,
        "UseDirection": True,
        "MinDecisionFrames": 3,
        "DetectDoublePlates": True,
        "PlateColorClasses": [1, 2, 4, 8],
        "DirectionFilterTypes": [],
        "FpsLockMode": 1,
        "TimeSecNotRecognizeSamePlate": 30,
        "MinPlateTextLength": 5,
        "MinPlateTextNumCount": 2,
        "DbId": "",
        "PluginBarrierControlEnabled": False,
        "PluginBarrierManualControlEnabled": True,
        "PluginBarrierAutomaticControlEnabled": True,
        "IsBarrierSupportAutoClose": False,
        "PluginBarrierAutomaticCloseTimeDelay": 30,
        "RecognizeVehicleAttributes": True,
        "RecognizeTwoVehicleColors": False,
    }


def _queue(camera: Camera, number: int) -> JsonObject:
    zone, name = _zone(camera, number), f"Area {number}"
    return {
        "Contour": {"Name": name, "Id": zone, "Points": list(_AREA)},
        "ShouldAlertOnMaxCount": False,
        "MaxAllowedCount": 0,
        "Sensitivity": "Medium",
        "SmoothingMode": "Interval10Sec",
        "Id": zone,
        "Name": name,
    }


def _zone(camera: Camera, number: int) -> str:
    return str(uuid5(NAMESPACE, f"eocortex/{camera.id}/zone/{number}"))
