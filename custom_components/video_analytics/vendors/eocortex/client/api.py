"""Resources below `/api`: what one server knows of its channels. Any server may be asked."""

from ...json import as_objects
from ..wire.channels import ChannelBrief, ChannelStatus
from .caller import Caller


class ChannelsApi:
    """Channels bound to the asked server."""

    def __init__(self, caller: Caller) -> None:
        """Belong to a server."""
        self._caller = caller

    async def channels(self) -> tuple[ChannelBrief, ...]:
        """List the channels of this server: guide, "api/channels"."""
        rows = as_objects(await self._caller.get("/api/channels"), "api/channels")
        return tuple(ChannelBrief.read(row, "channel") for row in rows)

    async def channel(self, channel: str) -> ChannelBrief:
        """Return a channel: guide, "api/channels/{channel_id}"; newer servers send more. Raises `NotFound`."""
        return ChannelBrief.read(await self._caller.get(f"/api/channels/{channel}"), "channel")

    async def status(self, channel: str) -> ChannelStatus:
        """Return rates and issues: guide, "api/channels/{channel_id}/status". Raises `NotFound`."""
        return ChannelStatus.read(await self._caller.get(f"/api/channels/{channel}/status"), "channel status")
