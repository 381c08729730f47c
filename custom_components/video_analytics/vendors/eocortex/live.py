"""Live video and pictures of Eocortex' cameras."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import override

from yarl import URL

from .. import contract
from ..errors import NotFound, VendorError
from ..models.media import Picture, StreamAddress, StreamKind, StreamProtocol
from ..models.state import Feature
from ..secret import Secret
from .client.root import StreamType
from .servers import Link
from .state import Abilities, features
from .wire.configuration import Channel


@dataclass(frozen=True, slots=True)
class Way:
    """How a camera's video is reached."""

    channel: Channel
    link: Link
    abilities: Abilities
    rtsp_port: int | None


type Ways = Callable[[str], Way | None]
"""Returns the way to a camera of the last configuration."""


class EocortexLive(contract.Live):
    """Live video: RTSP where the servers speak it, then HLS, then MJPEG.

    The addresses carry the credentials, because players send nothing else.
    """

    def __init__(self, ways: Ways) -> None:
        """Belong to an account."""
        self._ways = ways

    @override
    def addresses(self, camera: str, stream: StreamKind) -> tuple[StreamAddress, ...]:
        """Return what can be told without asking; HLS cannot, and MJPEG alone would keep it from being asked for."""
        way = self._way(camera, stream)
        if way is None or (not way.abilities.rtsp and way.abilities.hls):
            return ()
        return (*_rtsp(way, stream), *_mjpeg(way, stream))

    @override
    async def open(self, camera: str, stream: StreamKind) -> tuple[StreamAddress, ...]:
        way = self._way(camera, stream)
        if way is None:
            return ()
        first, last = _rtsp(way, stream), _mjpeg(way, stream)
        if stream is not StreamKind.MAIN or not way.abilities.hls:
            return (*first, *last)
        try:
            hls = await way.link.ask(lambda client: client.root.hls(camera))
        except VendorError:
            if not first:  # what nobody can play but a browser would hide why there is no video
                raise
            return (*first, *last)
        return (*first, _address(hls, StreamProtocol.HLS), *last)

    def _way(self, camera: str, stream: StreamKind) -> Way | None:
        way = self._ways(camera)
        needed = Feature.STILL if stream is StreamKind.MAIN else Feature.SUB_STREAM
        return way if way and needed in features(way.channel, way.abilities) else None


class EocortexStills(contract.Stills):
    """Pictures, which the servers scale."""

    def __init__(self, ways: Ways) -> None:
        """Belong to an account."""
        self._ways = ways

    @override
    async def still(self, camera: str, *, width: int | None = None, at: datetime | None = None) -> Picture:
        if (way := self._ways(camera)) is None:
            raise NotFound("GET /site: there is no such camera")
        return await way.link.ask(lambda client: client.root.site(camera, width=width, at=at))


def _rtsp(way: Way, stream: StreamKind) -> tuple[StreamAddress, ...]:
    client = way.link.client
    if client is None or not way.abilities.rtsp:
        return ()
    kind = StreamType.MAIN if stream is StreamKind.MAIN else StreamType.ALTERNATIVE
    sound = Feature.AUDIO in features(way.channel, way.abilities)
    url = client.root.rtsp(way.channel.id, port=way.rtsp_port, stream=kind, sound=sound)
    return (_address(url, StreamProtocol.RTSP),)


def _mjpeg(way: Way, stream: StreamKind) -> tuple[StreamAddress, ...]:
    """Return the transcoded video, of which there is one kind."""
    client = way.link.client
    if client is None or not way.abilities.mjpeg or stream is not StreamKind.MAIN:
        return ()
    return (_address(client.root.mobile(way.channel.id), StreamProtocol.MJPEG),)


def _address(url: URL, protocol: StreamProtocol) -> StreamAddress:
    return StreamAddress(url=Secret(str(url)), protocol=protocol, fetched=datetime.now(UTC))
