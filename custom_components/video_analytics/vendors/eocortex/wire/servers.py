"""Servers and supported devices as the resources below `/configure`."""

from dataclasses import dataclass

from ...wire import named, required
from .row import Row


@dataclass(frozen=True, kw_only=True)
class ConfiguredServer(Row):
    """A server: guide, "configure/servers" and "configure/servers/{server_id}".

    The licences are numbers by kind (`Channels`, `SoundChannels`, …).
    """

    id: str = required("Id")
    name: str | None = named("Name")
    hostname: str | None = named("Hostname")
    port: int | None = named("Port")
    is_replication_server: bool | None = named("IsReplicationServer")
    use_fast_reservation: bool | None = named("UseFastReservation")
    total_lic_params: dict[str, int] | None = named("TotalLicParams")
    used_lic_params: dict[str, int] | None = named("UsedLicParams")


@dataclass(frozen=True, kw_only=True)
class DeviceModel(Row):
    """A model of a manufacturer."""

    id: str = required("Id")
    name: str | None = named("Name")
    alt_stream_supported: bool | None = named("AltStreamSupported")
    multi_channel_server_supported: bool | None = named("MultiChannelServerSupported")
    device_archive_supported: bool | None = named("DeviceArchiveSupported")
    ptz_supported: bool | None = named("PtzSupported")
    sound_receiving_supported: bool | None = named("SoundReceivingSupported")
    sound_transmitting_supported: bool | None = named("SoundTransmittingSupported")
    io_processing_enabled_supported: bool | None = named("IoProcessingEnabledSupported")
    main_video_stream_formats_supported: tuple[str, ...] | None = named("MainVideoStreamFormatsSupported")
    alt_video_stream_formats_supported: tuple[str, ...] | None = named("AltVideoStreamFormatsSupported")
    default_external_network_ports: tuple[int, ...] | None = named("DefaultExternalNetworkPorts")


@dataclass(frozen=True, kw_only=True)
class DeviceManufacturer(Row):
    """A manufacturer and its models: guide, "configure/devicemanufacturers"."""

    name: str = required("Name")
    device_models: tuple[DeviceModel, ...] | None = named("DeviceModels")
