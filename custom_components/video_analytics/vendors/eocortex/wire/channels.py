"""Channels (cameras) as the resources below `/api` and `/configure`, and the states of all of them at once."""

from dataclasses import dataclass

from ...wire import named, required
from .row import Row

NO_CONNECTION = "noconnection"
MAIN_VIDEO = "mainvideo"


@dataclass(frozen=True, kw_only=True)
class StreamState(Row):
    """An item of `StreamsStates`. Of the states only `NoConnection` is known, of the types only `MainVideo`."""

    type: str | None = named("Type")
    state: str | None = named("State")


@dataclass(frozen=True, kw_only=True)
class ChannelState(Row):
    """An item of `/command?type=getchannelsstates`."""

    id: str = required("Id")
    is_recording_on: bool | None = named("IsRecordingOn")
    streams_states: tuple[StreamState, ...] | None = named("StreamsStates")

    LISTS = frozenset({"StreamsStates"})

    @property
    def is_connected(self) -> bool | None:
        """Tell whether the main stream arrives; None when the server says nothing of it."""
        for stream in self.streams_states or ():
            if stream.type and stream.state and stream.type.lower() == MAIN_VIDEO:
                return stream.state.lower() != NO_CONNECTION
        return None


@dataclass(frozen=True, kw_only=True)
class Bindings(Row):
    """`ServerBindingsSettings`; the nil GUID stands for no server."""

    owner_server_id: str | None = named("OwnerServerId")
    reserved_server_id: str | None = named("ReservedServerId")
    replication_server_id: str | None = named("ReplicationServerId")
    video_analytics_server_id: str | None = named("VideoAnalyticsServerId")


@dataclass(frozen=True, kw_only=True)
class ChannelBrief(Row):
    """A channel in short: guide, "api/channels", "api/channels/{channel_id}", "configure/servers/{server_id}/channels"."""

    id: str = required("Id")
    name: str | None = named("Name")
    disabled: bool | None = named("Disabled")
    server_bindings_settings: Bindings | None = named("ServerBindingsSettings")
    parent_sec_object_id: str | None = named("ParentSecObjectId")


@dataclass(frozen=True, kw_only=True)
class ChannelStatus(Row):
    """How well a channel works: guide, "api/channels/{channel_id}/status". Rates in Mbit/s.

    `status` is `OK` (the example writes `Ok`), `ErrorMain`, `ErrorAlt`, `ErrorSound` or `Wait`.
    """

    id: str = required("Id")
    name: str | None = named("Name")
    alt_enabled: bool | None = named("AltEnabled")
    receive_video_mbps: float | None = named("ReceiveVideoMbps")
    receive_alt_video_mbps: float | None = named("ReceiveAltVideoMbps")
    write_video_mbps: float | None = named("WriteVideoMbps")
    status: str | None = named("Status")
