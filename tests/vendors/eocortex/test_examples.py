"""The examples of the vendor's guide, driven through the client."""

from dataclasses import fields

import pytest

from custom_components.video_analytics.vendors.eocortex.client import EocortexClient
from custom_components.video_analytics.vendors.eocortex.client.api import ChannelsApi
from custom_components.video_analytics.vendors.eocortex.client.configure import ConfigureApi
from custom_components.video_analytics.vendors.eocortex.client.counting import CountingApi
from custom_components.video_analytics.vendors.eocortex.client.databases import DatabasesApi
from custom_components.video_analytics.vendors.eocortex.client.webapi import WebApi
from custom_components.video_analytics.vendors.eocortex.wire import cameras, channels, counting, databases, servers
from custom_components.video_analytics.vendors.eocortex.wire.modules import Module
from tests.vendors.server import Server, body, json

from .calls import CALLS, CHANNEL
from .examples import example


@pytest.mark.parametrize("name", CALLS)
async def test_an_example_of_the_guide(client: EocortexClient, server: Server, name):
    call = CALLS[name]
    server.answer(json(example(call.answer)))

    assert call.check(await call.call(client))

    (sent,) = server.requests
    assert (sent.method, sent.path, sent.query) == ("GET", call.path, call.query)
    assert sent.headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("module", Module)
async def test_a_module_is_switched_as_the_guide_shows(client: EocortexClient, server: Server, module):
    server.answer(json(example(f"{module}_put")))
    settings = await client.configure.module(CHANNEL, module)
    server.answer(body())

    await client.configure.set_module(CHANNEL, module, settings.switched(on=True))

    sent = server.requests[-1]
    assert (sent.method, sent.path) == ("PUT", f"/configure/channels/{CHANNEL}/{module}")
    assert sent.json == {**example(f"{module}_put"), "Enabled": True}


@pytest.mark.parametrize("answer", ["", "OK", "<html>", '{"Id": 5}'])
async def test_what_comes_back_from_a_change_is_not_read(client: EocortexClient, server: Server, answer):
    server.answer(body(answer))
    assert await client.configure.set_module(CHANNEL, Module.VISITORS, {"Enabled": True}) is None


def test_every_call_is_tested():
    methods = {
        f"{part}.{name}"
        for part, api in {
            "api": ChannelsApi,
            "webapi": WebApi,
            "configure": ConfigureApi,
            "counting": CountingApi,
            "databases": DatabasesApi,
        }.items()
        for name, value in vars(api).items()
        if callable(value) and not name.startswith("_")
    }
    assert methods - {"configure.set_module"} == {".".join(name.split(".")[:2]) for name in CALLS}


@pytest.mark.parametrize(
    ("model", "block", "left_out"),
    [
        (channels.ChannelBrief, example("channels")[0], {"MapSettings"}),
        (channels.ChannelStatus, example("api_channel_status"), set()),
        (channels.Bindings, example("channels")[0]["ServerBindingsSettings"], set()),
        (cameras.CameraSettings, example("cameras")[0], set()),
        (cameras.WatermarkSettings, example("cameras")[0]["WatermarkSettings"], set()),
        (cameras.ArchiveDays, example("archive_days"), set()),
        (cameras.CameraAnalytics, example("camera_analytics")[0], set()),
        (servers.ConfiguredServer, example("servers")[0], set()),
        (counting.ChannelCounters, example("current_counters"), set()),
        (counting.ZoneCounters, example("current_counters")["Zones"][0], set()),
        (counting.ChannelReport, example("counters_report"), set()),
        (counting.LineReport, example("counters_report")["Zones"][0], set()),
        (counting.VisitorsAnswer, example("unique_visitors"), set()),
        (counting.Visitors, example("unique_visitors")["Report"][0], set()),
        (databases.GroupPage, example("faces_groups"), set()),
        (databases.Group, example("faces_groups")["groups"][0], {"modification_time", "external_sys_id"}),
        (
            databases.Group,
            example("cars_groups")["groups"][0],
            {"modification_time", "external_sys_id", "open_barrier"},
        ),
        (servers.DeviceManufacturer, example("devicemanufacturers")[0], set()),
        (servers.DeviceModel, example("devicemanufacturers")[0]["DeviceModels"][0], set()),
    ],
)
def test_everything_documented_is_read(model, block, left_out):
    aliases = {field.metadata.get("alias", field.name) for field in fields(model)}
    assert aliases | left_out == set(block)
