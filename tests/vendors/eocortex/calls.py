"""Every call of the client, as the guide's examples make it, and what the examples' answers mean."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from custom_components.video_analytics.vendors.eocortex.client import EocortexClient
from custom_components.video_analytics.vendors.eocortex.wire.cameras import (
    ArchiveDays,
    CameraAnalytics,
    CameraSettings,
    WatermarkSettings,
)
from custom_components.video_analytics.vendors.eocortex.wire.channels import Bindings, ChannelBrief, ChannelStatus
from custom_components.video_analytics.vendors.eocortex.wire.databases import Group
from custom_components.video_analytics.vendors.eocortex.wire.modules import Module
from custom_components.video_analytics.vendors.eocortex.wire.servers import ConfiguredServer

from .examples import example

CHANNEL = "7d69e586-25c6-470e-a368-5570d57b2631"
CAMERA = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
SERVER = "cd81195c-9c0e-42f0-8535-c55af9c35161"
SERVER_2 = "9162138b-046a-48ed-82ed-6c6c7f6a52ba"
COUNTING = "9e2cd158-f739-4715-89fb-a460147fc33b"
LOCAL = timezone(timedelta(hours=3))
NIL = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Call:
    """A call, the block of the guide that answers it, what is asked, and a test of what comes out."""

    call: Callable[[EocortexClient], Awaitable[Any]]
    answer: str
    path: str
    check: Callable[[Any], bool]
    query: tuple[tuple[str, str], ...] = ()


def brief(channel: str, name: str, server: str, parent: str) -> ChannelBrief:
    """Return a channel in short."""
    return ChannelBrief(
        id=channel,
        name=name,
        disabled=False,
        server_bindings_settings=Bindings(owner_server_id=server, reserved_server_id=NIL, replication_server_id=NIL),
        parent_sec_object_id=parent,
    )


FIRST = ("428d7aff-2e4a-46df-acff-0550cd827cd3", "Channel 1", SERVER, "1f2c7319-9e87-46a2-be33-61bf2872b7df")
THIRD = ("56eeec10-c6ac-4257-8821-907dd85013ff", "Channel 3", SERVER, "1f2c7319-9e87-46a2-be33-61bf2872b7df")


def module(name: Module) -> Call:
    """Return the reading of a module."""
    enabled = name is not Module.PLATES_COMPLETE
    return Call(
        lambda client: client.configure.module(CHANNEL, name),
        name.value,
        f"/configure/channels/{CHANNEL}/{name.value}",
        lambda settings: settings.enabled is enabled and settings.values == example(name.value),
    )


CALLS = {
    "api.channels": Call(
        lambda client: client.api.channels(),
        "api_channels",
        "/api/channels",
        lambda rows: len(rows) == 4 and rows[0] == brief(*FIRST) and rows[2] == brief(*THIRD),
    ),
    "api.channel": Call(
        lambda client: client.api.channel(CHANNEL),
        "api_channel",
        f"/api/channels/{CHANNEL}",
        lambda row: row == brief(CHANNEL, *FIRST[1:]),
    ),
    "api.status": Call(
        lambda client: client.api.status(CHANNEL),
        "api_channel_status",
        f"/api/channels/{CHANNEL}/status",
        lambda status: (
            status
            == ChannelStatus(
                id=CHANNEL,
                name="Camera 1",
                alt_enabled=False,
                receive_video_mbps=0.8812103271484375,
                receive_alt_video_mbps=0.0,
                write_video_mbps=0.0,
                status="Ok",
            )
        ),
    ),
    "webapi.cameras": Call(
        lambda client: client.webapi.cameras(),
        "cameras",
        "/webapi/cameras",
        lambda rows: (
            rows
            == (
                CameraSettings(
                    channel_id=CAMERA,
                    channel_name="string",
                    watermark_settings=WatermarkSettings(
                        is_enabled=True,
                        opacity=0.0,
                        color_code="string",
                        is_date_and_time_enabled=True,
                        is_user_name_enabled=True,
                        is_computer_name_enabled=True,
                        location_mode=0,
                    ),
                ),
            )
        ),
    ),
    "webapi.archive_days": Call(
        lambda client: client.webapi.archive_days(
            CAMERA, datetime(2024, 8, 20, 8, 20, tzinfo=UTC), datetime(2024, 8, 20, 8, 46, tzinfo=UTC)
        ),
        "archive_days",
        f"/webapi/cameras/{CAMERA}/archive_days",
        lambda days: (
            days
            == ArchiveDays(
                channel_id=CAMERA,
                channel_name="string",
                archive_days=(datetime(2024, 8, 20, 8, 51, 12, 732000, tzinfo=UTC),),
            )
        ),
        (("startTimeUtc", "2024-08-20T08:20:00"), ("endTimeUtc", "2024-08-20T08:46:00")),
    ),
    "webapi.analytics": Call(
        lambda client: client.webapi.analytics([CAMERA]),
        "camera_analytics",
        "/webapi/cameras/analytics",
        lambda rows: rows == (CameraAnalytics(channel_id=CAMERA, channel_name="string", plugin_ids=(CAMERA,)),),
        (("channelIds", CAMERA),),
    ),
    "webapi.license": Call(
        lambda client: client.webapi.license(),
        "license",
        "/webapi/license",
        lambda license: (
            license.time_limit == datetime(2024, 8, 20, 9, 28, 54, 9000, tzinfo=UTC)
            and set(license.channels) == {key for key, value in example("license").items() if isinstance(value, dict)}
            and license.is_rest_configuration_enabled
            and license.channels["SoundChannels"].total == 0
        ),
    ),
    "configure.servers": Call(
        lambda client: client.configure.servers(),
        "servers",
        "/configure/servers",
        lambda rows: (
            [row.id for row in rows] == [SERVER, SERVER_2]
            and rows[1]
            == ConfiguredServer(
                id=SERVER_2,
                name="Server 2",
                hostname="10.1.1.86",
                port=8081,
                is_replication_server=False,
                use_fast_reservation=False,
                total_lic_params=example("servers")[1]["TotalLicParams"],
                used_lic_params=example("servers")[1]["UsedLicParams"],
            )
        ),
    ),
    "configure.server": Call(
        lambda client: client.configure.server(SERVER),
        "server",
        f"/configure/servers/{SERVER}",
        lambda server: (server.hostname, server.total_lic_params["Channels"]) == ("192.168.100.50", 400),
    ),
    "configure.server_channels": Call(
        lambda client: client.configure.server_channels(SERVER),
        "server_channels",
        f"/configure/servers/{SERVER}/channels",
        lambda rows: rows == (brief(*FIRST), brief(*THIRD)),
    ),
    "configure.device_manufacturers": Call(
        lambda client: client.configure.device_manufacturers(),
        "devicemanufacturers",
        "/configure/devicemanufacturers",
        lambda rows: (
            [(row.name, [model.name for model in row.device_models]) for row in rows]
            == [
                ("3S", ["N10xx"]),
                ("ABRON", ["ABC-i(2xx,4xx,6xx)(P,VP,VRP)", "ABC-i(31x,41x,61x)(FR,FP,VP,VRP)", "ABR"]),
            ]
            and rows[0].device_models[0].default_external_network_ports == (554,)
        ),
    ),
    "webapi.grid_profiles": Call(
        lambda client: client.webapi.grid_profiles(),
        "grid_profiles",
        "/webapi/grid_profiles",
        lambda rows: rows == (example("grid_profiles"),),
    ),
    "counting.current": Call(
        lambda client: client.counting.current(COUNTING),
        "current_counters",
        "/api/objects_counting/current_counters",
        lambda rows: (
            [(row.id, row.channel_name) for row in rows] == [(COUNTING, "Plant")]
            and [(zone.type, zone.current_counts) for zone in rows[0].zones]
            == [(zone["Type"], zone["CurrentCounts"]) for zone in example("current_counters")["Zones"]]
        ),
        (("channelId", COUNTING),),
    ),
    "counting.report": Call(
        lambda client: client.counting.report(
            datetime(2022, 12, 22, 18, tzinfo=LOCAL), datetime(2022, 12, 22, 18, 15, tzinfo=LOCAL), COUNTING
        ),
        "counters_report",
        "/api/objects_counting/report",
        lambda rows: (
            [(row.id, row.channel_name) for row in rows] == [(COUNTING, "Plant")]
            and [(line.name, line.start_counts, line.total_counts) for line in rows[0].zones]
            == [("Crossing of the line", {"Person": 9, "Animal": 4}, {"Person": 11, "Animal": 3})]
        ),
        (("channelId", COUNTING), ("startTime", "22.12.2022 18:00:00.000"), ("endTime", "22.12.2022 18:15:00.000")),
    ),
    "counting.visitors": Call(
        lambda client: client.counting.visitors(
            datetime(2023, 6, 18, 3, tzinfo=LOCAL),
            datetime(2023, 6, 20, 3, tzinfo=LOCAL),
            [CAMERA, CHANNEL],
            unique_only=False,
            without_groups=[NIL],
            aggregate=False,
        ),
        "unique_visitors",
        "/api/unique_visitor/report",
        lambda rows: (
            [(row.channel_id, row.total_visitors, row.unique_visitors) for row in rows] == [(None, 243, 55)]
            and rows[0].gender_distribution == {"Female": 21, "Male": 34}
            and rows[0].age_distribution == {"Young": 6, "Adult": 28, "MiddleAged": 21, "Senior": 0}
            and rows[0].emotion_distribution == {"Positive": 9, "Neutral": 19, "Negative": 27}
        ),
        (
            ("starttimeutc", "18.06.2023 00:00:00"),
            ("endtimeutc", "20.06.2023 00:00:00"),
            ("channel", f"{CAMERA},{CHANNEL}"),
            ("uniqueonly", "false"),
            ("group", NIL),
            ("aggregate", "false"),
        ),
    ),
    "databases.face_modules": Call(
        lambda client: client.databases.face_modules(),
        "faceconfig",
        "/api/faceconfig",
        lambda names: names == ("basic",),
    ),
    "databases.plate_modules": Call(
        lambda client: client.databases.plate_modules(),
        "carconfig",
        "/api/carconfig",
        lambda names: names == ("complete",),
    ),
    "databases.face_groups": Call(
        lambda client: client.databases.face_groups("complete"),
        "faces_groups",
        "/api/faces-groups",
        lambda groups: (
            groups
            == (
                Group(id="4cf2c1bb-707a-4455-a00b-c7d114eae96f", external_id="0", name="Employess", intercept=False),
                Group(id="d2282515-520f-4d57-9cee-8674de0eb0cb", external_id="1", name="Thieves", intercept=True),
            )
        ),
        (("offset", "0"), ("portion", "1000"), ("module", "complete")),
    ),
    "databases.plate_groups": Call(
        lambda client: client.databases.plate_groups(),
        "cars_groups",
        "/api/cars-groups",
        lambda groups: (
            [(group.name, group.intercept) for group in groups]
            == [("White list", False), ("Interception", True), (" Open barrier gate", False)]
        ),
        (("offset", "0"), ("portion", "1000")),
    ),
    **{f"configure.module.{name.value}": module(name) for name in Module},
}
