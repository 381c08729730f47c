"""From what the servers say to neutral cameras and servers."""

from collections.abc import Mapping
from dataclasses import dataclass
import re
from types import MappingProxyType

from ..models.state import Camera, Feature, License, Server, StreamIssue
from .servers import Link
from .wire.channels import ChannelState, ChannelStatus
from .wire.configuration import Channel, System
from .wire.license import License as WireLicense

_ISSUES = {
    "ok": StreamIssue.NONE,
    "errormain": StreamIssue.MAIN,
    "erroralt": StreamIssue.SUB,
    "errorsound": StreamIssue.SOUND,
    "wait": StreamIssue.WAITING,
}
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What the system offers this user, whatever the camera."""

    rtsp: bool
    hls: bool
    mjpeg: bool
    sound: bool
    statuses: bool
    visitors: bool

    @classmethod
    def of(cls, system: System, *, statuses: bool = False, visitors: bool = False) -> Abilities:
        """Read them from the configuration; what is not said to be off may be tried, except RTSP, which has a port."""
        return cls(
            rtsp=bool(system.rtsp and system.rtsp.is_enabled),
            hls=not (system.capabilities and system.capabilities.hls is False),
            mjpeg=not (system.mobile and system.mobile.is_enabled is False),
            sound=not (system.user_group and system.user_group.can_receive_sound is False),
            statuses=statuses,
            visitors=visitors,
        )

    @property
    def missing(self) -> dict[str, str]:
        """Return what the configuration says to be off."""
        said = {"rtsp": self.rtsp, "hls": self.hls, "mjpeg": self.mjpeg, "sound": self.sound}
        return {name: "GET /configex: it is off" for name, offered in said.items() if not offered}


type Inputs = tuple[
    Channel,
    tuple[str, ...],
    str | None,
    bool,
    ChannelState | None,
    ChannelStatus | None,
    Mapping[str, bool],
    Abilities,
]
"""All that a camera is made of: its row, places, server, whether that answers, state, status, modules, abilities."""


class Cameras:
    """Makes cameras, and keeps those whose inputs did not change."""

    def __init__(self) -> None:
        """Begin with none."""
        self._made: dict[str, tuple[Inputs, Camera]] = {}

    def update(self, rows: Mapping[str, Inputs], previous: Mapping[str, Camera]) -> dict[str, Camera]:
        """Return the cameras by id; `previous` are those that are known elsewhere."""
        made: dict[str, tuple[Inputs, Camera]] = {}
        for key, inputs in rows.items():
            known = self._made.get(key)
            if known is None or known[0] != inputs:
                camera = _camera(*inputs)
                before = previous.get(key)
                known = (inputs, before if before == camera and before is not None else camera)
            made[key] = known
        self._made = made
        return {key: camera for key, (_, camera) in made.items()}


_PLATES = ("platescomplete", "platesstandard")


def features(
    channel: Channel, abilities: Abilities, modules: Mapping[str, bool] = MappingProxyType({})
) -> frozenset[Feature]:
    """Return what a camera can do for this user; modules for plates are known only to those who may configure."""
    found = {Feature.DETECTIONS}
    if channel.allowed_realtime is not False:
        found.add(Feature.STILL)
        if abilities.rtsp or abilities.hls:  # MJPEG is transcoded pictures, which stills are, too
            found.add(Feature.LIVE)
        if abilities.rtsp and "alternative" in channel.stream_types:
            found.add(Feature.SUB_STREAM)
        if channel.is_sound_on and abilities.sound:
            found.add(Feature.AUDIO)
    if channel.is_archiving_enabled and channel.allowed_archive is not False:
        found.add(Feature.ARCHIVE)
    if channel.is_ptz_on:
        found.add(Feature.PTZ)
    if channel.is_face_rec_on:
        found.add(Feature.FACES)
        if abilities.visitors:
            found.add(Feature.VISITORS)
    if any(modules.get(module) for module in _PLATES):
        found.add(Feature.PLATES)
    if abilities.statuses:
        found |= {Feature.RATES, Feature.PROBLEM}
    return frozenset(found)


def _camera(
    channel: Channel,
    places: tuple[str, ...],
    server: str | None,
    server_online: bool,
    state: ChannelState | None,
    status: ChannelStatus | None,
    modules: Mapping[str, bool],
    abilities: Abilities,
) -> Camera:
    online = state.is_connected if state else None
    return Camera(
        id=channel.id,
        name=channel.name or channel.id,
        supports=features(channel, abilities, modules),
        online=online if server_online and not channel.is_disabled else False,
        recording=state.is_recording_on if state and server_online else None,
        server=server,
        places=places,
        stream_issue=_ISSUES.get(status.status.lower()) if status and status.status else None,
        receive_rate=_received(status) if status else None,
        record_rate=status.write_video_mbps if status else None,
        modules=modules,
    )


def _received(status: ChannelStatus) -> float | None:
    """Add the streams up: the server receives both."""
    rates = [rate for rate in (status.receive_video_mbps, status.receive_alt_video_mbps) if rate is not None]
    return sum(rates) if rates else None


def server(link: Link, key: str, version: str | None) -> Server:
    """Return a server; its version is known of those that were asked for the configuration."""
    name = link.server.name if link.server else None
    client = link.client
    return Server(
        id=key, name=name or key, url=str(client.base) if client else None, version=version, online=link.online
    )


def licenses(license: WireLicense, server: str) -> tuple[License, ...]:
    """Return the kinds of licences that a server has any of."""
    return tuple(
        License(key=key, name=_name(key), used=usage.used or 0, total=usage.total, server=server)
        for key, usage in license.channels.items()
        if usage.total or usage.used
    )


def _name(key: str) -> str:
    """Write the vendor's key in words: `QueueCounterChannels` is "Queue counter"."""
    return _WORDS.sub(" ", key.removesuffix("Channels")).capitalize()
