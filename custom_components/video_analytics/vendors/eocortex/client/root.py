"""Resources at the root of a server, described in the vendor's HTTP API guide."""

from datetime import UTC, datetime
from enum import StrEnum
import re

from yarl import URL

from ...errors import BadAnswer, MaybeUnlicensed, NotFound, NotPermitted
from ...json import JsonObject, JsonValue, as_objects, loads_after_preamble
from ...models.media import Picture
from ..credentials import Credentials
from ..wire.configuration import Configuration
from .caller import REFUSED, Caller

_PLAYLIST = re.compile(r"[\w.~!$&'()*+,;=@%/?-]{1,2000}", re.ASCII)
DEFAULT_RTSP_PORT = 554


class StreamType(StrEnum):
    """A camera's streams as addresses name them."""

    MAIN = "main"
    ALTERNATIVE = "alternative"


class RootApi:
    """Configuration, states, pictures and addresses of live video."""

    def __init__(self, caller: Caller, credentials: Credentials) -> None:
        """Belong to a server."""
        self._caller = caller
        self._credentials = credentials

    async def configuration(self, *, urgent: bool = False) -> Configuration:
        """Return all servers and channels of the system: `GET /configex?responsetype=json` (facts, section 3).

        It takes no rights, so that a 403 is a refusal of the credentials.
        """
        try:
            answer = await self._caller.get("/configex", {"responsetype": "json"}, urgent=urgent)
        except NotPermitted as error:
            raise MaybeUnlicensed(f"{error}; {REFUSED}") from None
        return Configuration.read(answer, "configex")

    async def channels_states(self) -> tuple[JsonObject, ...]:
        """Return the states of all channels: `GET /command?type=getchannelsstates` (facts, section 8.1).

        Four lines of text may stand before the body. The rows are left for `wire.channels.ChannelState.read`, so that
        unchanged ones need not be decoded again.
        """
        query = {"type": "getchannelsstates", "responsetype": "json"}
        answer = await self._caller.get("/command", query, decode=loads_after_preamble)
        return as_objects(answer, "getchannelsstates")

    async def site(self, channel: str, *, width: int | None = None, at: datetime | None = None) -> Picture:
        """Return a picture, of now or of the archive: `GET /site` (facts, section 4.1). `width` in pixels.

        Raises `NotFound` when the answer is no picture, as it is while the camera is offline.
        """
        archive = {"mode": "archive", "starttime": timestamp(at)} if at else {}
        query = {"channelid": channel, "resolutionx": width, "withcontenttype": "true", **archive}
        try:
            return await self._caller.jpeg("/site", query)
        except BadAnswer as error:
            raise NotFound(f"{error}; the camera gives none at present") from None

    async def hls(self, channel: str) -> URL:
        """Ask for a playlist: `GET /hls`, which answers with a path below `/hls` (facts, section 4.3).

        The address is a session: everybody who watches asks for one.
        """
        query = {"channelid": channel, **self._credentials.query}
        path = await self._caller.get("/hls", query, urgent=True, decode=_path)
        below = f"{self._caller.base}".rstrip("/") + "/hls/"
        address = URL(f"{below}{path}", encoded=True) if path else None
        if address is None or ".." in address.parts:
            raise BadAnswer("GET /hls: expected the path of a playlist")
        return address

    def mobile(self, channel: str) -> URL:
        """Return the address of MJPEG: `/mobile` (facts, section 4.2)."""
        query = {"channelid": channel, "withcontenttype": "true", **self._credentials.query}
        return (self._caller.base / "mobile").with_query(query)

    def rtsp(self, channel: str, *, port: int | None, stream: StreamType = StreamType.MAIN, sound: bool = False) -> URL:
        """Return the address of RTSP (facts, section 4.4)."""
        query = {"channelid": channel, **self._credentials.query}
        if sound:
            query["sound"] = "on"
        if stream is not StreamType.MAIN:
            query["streamtype"] = stream.value
        host = self._caller.base.host or ""
        return URL.build(scheme="rtsp", host=host, port=port or DEFAULT_RTSP_PORT, path="/rtsp", query=query)


def timestamp(moment: datetime) -> str:
    """Write a time as the resources at the root take it, in UTC."""
    return moment.astimezone(UTC).strftime("%d.%m.%Y %H:%M:%S")


def _path(body: bytes, what: str) -> JsonValue:
    """Read the path of a playlist, which is plain text."""
    text = body.decode("utf-8-sig", "replace").strip().lstrip("/")
    if not _PLAYLIST.fullmatch(text):
        raise BadAnswer(f"{what}: expected the path of a playlist")
    return text
