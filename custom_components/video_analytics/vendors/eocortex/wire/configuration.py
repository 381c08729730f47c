"""The configuration of a system: `/configex`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, override

from ...errors import BadAnswer
from ...json import JsonObject, JsonValue, as_object, as_objects, kind
from ...wire import named, required
from .row import Row, value


@dataclass(frozen=True, kw_only=True)
class Server(Row):
    """An item of `Servers`. Ports are sent as text; `0` means that there is none."""

    id: str = required("Id")
    name: str | None = named("Name")
    url: str | None = named("Url")
    primary_ip: str | None = named("PrimaryIp")
    primary_port: int | None = named("PrimaryPort")
    primary_ssl_port: int | None = named("PrimarySslPort")
    secondary_ip: str | None = named("SecondaryIp")
    secondary_port: int | None = named("SecondaryPort")
    secondary_ssl_port: int | None = named("SecondarySslPort")

    @classmethod
    @override
    def __pre_deserialize__(cls, d: dict[Any, Any]) -> dict[Any, Any]:
        """A port that is not set may also be empty."""
        return {key: None if found == "" else found for key, found in super().__pre_deserialize__(d).items()}


@dataclass(frozen=True, kw_only=True)
class Stream(Row):
    """An item of `Streams` of a channel: `Main`, `Alternative`, `SecondAlternative`, `ThirdAlternative`."""

    stream_type: str | None = named("StreamType")
    stream_format: str | None = named("StreamFormat")


@dataclass(frozen=True, kw_only=True)
class Channel(Row):
    """An item of `Channels`: a camera that the asking user may see."""

    id: str = required("Id")
    name: str | None = named("Name")
    attached_to_server: str | None = named("AttachedToServer")
    is_disabled: bool | None = named("IsDisabled")
    is_sound_on: bool | None = named("IsSoundOn")
    is_archiving_enabled: bool | None = named("IsArchivingEnabled")
    allowed_realtime: bool | None = named("AllowedRealtime")
    allowed_archive: bool | None = named("AllowedArchive")
    is_ptz_on: bool | None = named("IsPtzOn")
    is_face_rec_on: bool | None = named("IsFaceRecOn")
    streams: tuple[Stream, ...] | None = named("Streams")

    LISTS = frozenset({"Streams"})

    @property
    def stream_types(self) -> frozenset[str]:
        """Return the kinds of streams, in lower case."""
        return frozenset(stream.stream_type.lower() for stream in self.streams or () if stream.stream_type)


@dataclass(frozen=True, kw_only=True)
class UserGroup(Row):
    """What the asking user may do, as far as it is read here."""

    can_configure: bool | None = named("CanConfigure")
    can_receive_sound: bool | None = named("CanReceiveSound")


@dataclass(frozen=True, kw_only=True)
class RtspServerInfo(Row):
    """Whether and where the servers speak RTSP."""

    is_enabled: bool | None = named("IsEnabled")
    tcp_port: int | None = named("TcpPort")


@dataclass(frozen=True, kw_only=True)
class MobileServerInfo(Row):
    """Whether the servers transcode to MJPEG."""

    is_enabled: bool | None = named("IsEnabled")


@dataclass(frozen=True, kw_only=True)
class MobileDevicesCapabilities(Row):
    """Whether the servers speak HLS."""

    hls: bool | None = named("Hls")


@dataclass(frozen=True, kw_only=True)
class System(Row):
    """Answer of `/configex` without its lists of channels and security objects."""

    id: str = required("Id")
    sender_id: str | None = named("SenderId")
    server_version: str | None = named("ServerVersion")
    product_type: str | None = named("ProductType")
    servers: tuple[Server, ...] | None = named("Servers")
    user_group: UserGroup | None = named("UserGroup")
    rtsp: RtspServerInfo | None = named("RtspServerInfo")
    mobile: MobileServerInfo | None = named("MobileServerInfo")
    capabilities: MobileDevicesCapabilities | None = named("MobileDevicesCapabilities")

    LISTS = frozenset({"Servers"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Answer of `/configex`.

    `channels` are left for `Channel.read`, so that unchanged ones need not be decoded again; `places` are the names of
    the security objects above each channel.
    """

    system: System
    channels: tuple[JsonObject, ...] = field(repr=False)
    places: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    def read(cls, answer: JsonValue, what: str) -> Self:
        """Decode the whole answer, or raise `BadAnswer`."""
        row = as_object(answer, what)
        system = System.read(row, what)
        if not system.id:
            raise BadAnswer(f"{what}: an empty Id")
        return cls(
            system=system,
            channels=as_objects(value(row, "Channels") or (), f"{what}: Channels"),
            places=_places(value(row, "RootSecObject"), f"{what}: RootSecObject"),
        )


def _places(root: JsonValue, what: str) -> dict[str, tuple[str, ...]]:
    """Walk the tree of security objects: `{Id, Name, ChildSecObjects: […], ChildChannels: [channel id]}`.

    The root is the whole system and no place; an object without a name is left out of the path.
    """
    found: dict[str, tuple[str, ...]] = {}
    waiting: list[tuple[JsonObject, tuple[str, ...]]] = [(as_object(root, what), ())] if root else []
    while waiting:
        node, path = waiting.pop()
        channels = value(node, "ChildChannels") or ()
        if isinstance(channels, str) or not isinstance(channels, Sequence):
            raise BadAnswer(f"{what}: expected a list, got {kind(channels)}")
        found |= {channel: path for channel in channels if isinstance(channel, str)}
        for child in as_objects(value(node, "ChildSecObjects") or (), what):
            name = value(child, "Name")
            waiting.append((child, (*path, name) if isinstance(name, str) and name else path))
    return found
