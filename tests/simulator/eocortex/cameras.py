"""Cameras as Eocortex describes them, hung up in places of the world and attached to servers."""

from dataclasses import dataclass, field
from typing import cast
from uuid import uuid5

from ..clock import Clock
from ..switches import Json, JsonObject, Switches
from ..world import Place, Role, World
from ..world.dice import Dice
from ..world.places import NAMESPACE
from .quirks import Quirks
from .wire import NOBODY

EXAMPLE_CAMERA = "7d69e586-25c6-470e-a368-5570d57b2631"
"""The id of most of the guide's examples: that of the first camera."""
CAMERA_PASSWORD = "camera-pässword-5839"
DAY = 86_400
_OFFLINE = 7
_MUTE = frozenset({4, 5, 7})
_ON_MOTION = frozenset({2, 6})
"""Which of the eight places of a site has which peculiarity: offline, no sound, recording only when somebody is there."""
_AFTER_MOTION = 5.0
_DEVICES = ("ACTi D71A", "Axis P3245-LV", "Hikvision DS-2CD2143G2-I", "Dahua IPC-HDW5442TM-AS")


@dataclass
class State(Switches):
    """What the control port can make of a camera beside the fields of its channel; None leaves it to the world."""

    online: bool | None = None
    recording: bool | None = None
    status: str | None = None
    """``Status`` of its state, for instance ``ErrorAlt``."""


@dataclass
class Camera:
    """One camera; ``overrides`` replaces fields of its channel in ``/configex`` as they stand."""

    id: str
    place: Place
    server: str
    days: int
    overrides: JsonObject = field(default_factory=dict)
    state: State = field(default_factory=State)

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.overrides.get("Name", self.place.name))

    @property
    def server_id(self) -> str:
        """The server it is attached to."""
        return str(self.overrides.get("AttachedToServer", self.server))

    @property
    def disabled(self) -> bool:
        """Whether it is switched off in the configuration."""
        return self.overrides.get("IsDisabled", False) is True

    @property
    def online(self) -> bool:
        """Whether the server receives it."""
        online = self.state.online
        return not self.disabled and (self.place.index % 8 != _OFFLINE if online is None else online)

    @property
    def counts_objects(self) -> bool:
        """Whether lines and areas are drawn in its picture."""
        return self.overrides.get("IsObjectCountingOn", self.place.role in (Role.GATE, Role.CAR_PARK)) is True

    @property
    def has_sound(self) -> bool:
        """Whether it hears."""
        return self.overrides.get("IsSoundOn", self.place.index % 8 not in _MUTE) is True

    @property
    def has_alternative(self) -> bool:
        """Whether it has a second, smaller stream."""
        return self.place.index % 3 != 2

    @property
    def archive_mode(self) -> str:
        """When it is recorded."""
        default = "MDandManual" if self.place.index % 8 in _ON_MOTION else "AlwaysOn"
        return str(self.overrides.get("ArchiveMode", default))

    @property
    def location_id(self) -> str:
        """The security object it belongs to."""
        return room_id(self.place)

    def recording(self, world: World, now: float) -> bool:
        """Return whether it is being recorded."""
        if not self.online:
            return False
        if self.state.recording is not None:
            return self.state.recording
        if self.archive_mode == "AlwaysOn":
            return True
        return self.archive_mode == "MDandManual" and bool(world.visits(self.place, now - _AFTER_MOTION, now))

    def channel(self, quirks: Quirks, modules: frozenset[str], *, may_see: bool, may_search: bool) -> JsonObject:
        """Return the channel of ``/configex``; ``modules`` are those that are on."""
        dice = Dice(self.id, "device")
        streams: list[Json] = [{"StreamType": "Main", "StreamFormat": "H264", "RotationMode": "None"}]
        if self.has_alternative:
            streams.append({"StreamType": "Alternative", "StreamFormat": "H264", "RotationMode": "None"})
        if quirks.unknown_enums:
            streams.append({"StreamType": "Holographic", "StreamFormat": "Smell", "RotationMode": "Sideways"})
        counting = (
            ("IsPeopleCountingOn", "IsPeopleCountingEnabled")
            if quirks.people_counting == "both"
            else (quirks.people_counting,)
        )
        channel: JsonObject = {
            "Id": self.id,
            "Name": self.name,
            "Description": self.place.room,
            "DeviceInfo": dice.pick(_DEVICES),
            "AttachedToServer": self.server,
            "IsDisabled": False,
            "IsSoundOn": self.has_sound,
            "IsArchivingEnabled": True,
            "IsSoundArchivingEnabled": self.has_sound,
            "AllowedRealtime": may_see,
            "AllowedArchive": may_search,
            "IsPtzOn": False,
            "IsTransmitSoundOn": False,
            "ArchiveMode": "Sometimes" if quirks.unknown_enums else self.archive_mode,
            "Streams": streams,
            "ArchiveStreamType": "Main",
            "ArchiveVideoFormat": "H264",
            "ArchiveRotationMode": "None",
            "UserScenarios": [],
            "IsFaceRecOn": bool(modules & {"facescomplete", "visitors"}),
            **dict.fromkeys(counting, "peoplecounter" in modules),
            "IsObjectCountingOn": self.counts_objects,
            "GeoPosition": None,
        }
        if quirks.extra_fields:
            channel |= {"IsThermalOn": False, "Tags": ["north"]}
        return channel | self.overrides

    def status(self, world: World, now: float, quirks: Quirks) -> JsonObject:
        """Return ``api/channels/{id}/status``."""
        good = "ErrorDream" if quirks.unknown_enums else quirks.good_status
        status = self.state.status or (good if self.online else "ErrorMain")
        rate = _rate(self.id, "main", now, 0.9) if self.online else 0
        answer: JsonObject = {
            "Id": self.id,
            "Name": self.name,
            "AltEnabled": self.has_alternative,
            "ReceiveVideoMbps": rate,
            "ReceiveAltVideoMbps": _rate(self.id, "alternative", now, 0.25)
            if self.online and self.has_alternative
            else 0,
            "WriteVideoMbps": rate if self.recording(world, now) else 0,
            "Status": status,
        }
        if quirks.stream_statuses == "object":
            answer["StreamsStatuses"] = {"Main": status}
        elif quirks.stream_statuses == "list":
            answer["StreamsStatuses"] = [{"Type": "Main", "Status": status}]
        return answer

    def brief(self) -> JsonObject:
        """Return what ``api/channels`` and ``configure/servers/{id}/channels`` tell."""
        return {
            "Id": self.id,
            "Name": self.name,
            "Disabled": self.disabled,
            "ServerBindingsSettings": {
                "OwnerServerId": self.server_id,
                "ReservedServerId": NOBODY,
                "ReplicationServerId": NOBODY,
            },
            "ParentSecObjectId": self.location_id,
        }

    def described(self) -> JsonObject:
        """Return what ``configure/channels`` tells."""
        described = self.brief()
        cast(JsonObject, described["ServerBindingsSettings"])["VideoAnalyticsServerId"] = NOBODY
        return described | {"MapSettings": {"Latitude": None, "Longitude": None, "IsOnMap": False}}

    def steering(self, world: World, clock: Clock, quirks: Quirks) -> JsonObject:
        """Return the camera as the control port shows it: its channel, and its state in small letters."""
        return self.channel(quirks, frozenset(), may_see=True, may_search=True) | {
            "online": self.online,
            "recording": self.recording(world, clock.now()),
            "status": self.state.status,
        }

    def change(self, values: JsonObject) -> None:
        """Replace fields of the channel, and those of ``State``; raise ValueError if a value does not fit."""
        states = State().as_json().keys()
        self.state.change({name: value for name, value in values.items() if name in states})
        self.overrides |= {name: value for name, value in values.items() if name not in states}


def hang_up(place: Place, server: str) -> Camera:
    """Return the camera of a place."""
    camera_id = EXAMPLE_CAMERA if place.index == 0 else str(uuid5(NAMESPACE, f"eocortex/{place.id}"))
    return Camera(camera_id, place, server, (30, 30, 14, 7)[place.index % 4])


def room_id(place: Place) -> str:
    """Return the id of the security object of a room."""
    return str(uuid5(NAMESPACE, f"eocortex/{place.site_index}/{place.room}"))


def _rate(camera_id: str, stream: str, now: float, usual: float) -> float:
    """Return a bit-rate in Mbit/s, another one every ten seconds."""
    return usual * Dice(camera_id, stream, int(now // 10)).between(0.7, 1.3)
