"""Cameras as the resources below `/webapi`."""

from dataclasses import dataclass
from datetime import datetime

from ...wire import named, required
from .row import Row


@dataclass(frozen=True, kw_only=True)
class WatermarkSettings(Row):
    """`WatermarkSettings` of a camera."""

    is_enabled: bool | None = named("IsEnabled")
    opacity: float | None = named("Opacity")
    color_code: str | None = named("ColorCode")
    is_date_and_time_enabled: bool | None = named("IsDateAndTimeEnabled")
    is_user_name_enabled: bool | None = named("IsUserNameEnabled")
    is_computer_name_enabled: bool | None = named("IsComputerNameEnabled")
    location_mode: int | None = named("LocationMode")


@dataclass(frozen=True, kw_only=True)
class CameraSettings(Row):
    """An item of `webapi/cameras`: guide, "cameras"."""

    channel_id: str = required("ChannelId")
    channel_name: str | None = named("ChannelName")
    watermark_settings: WatermarkSettings | None = named("WatermarkSettings")


@dataclass(frozen=True, kw_only=True)
class ArchiveDays(Row):
    """Days with recordings: guide, "cameras/{cameraId}/archive_days"."""

    channel_id: str = required("ChannelId")
    channel_name: str | None = named("ChannelName")
    archive_days: tuple[datetime, ...] | None = named("ArchiveDays")


@dataclass(frozen=True, kw_only=True)
class CameraAnalytics(Row):
    """Analytics modules that are on, by ids that are explained nowhere: guide, "cameras/analytics"."""

    channel_id: str = required("ChannelId")
    channel_name: str | None = named("ChannelName")
    plugin_ids: tuple[str, ...] | None = named("PluginIds")
