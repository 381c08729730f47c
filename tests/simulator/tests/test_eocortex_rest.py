"""The guide's examples: what the servers answer has the same keys and kinds of values; and what a PUT changes."""

from typing import Any

import pytest

from tests.vendors.eocortex.examples import example

from .eocortex import CAMERA, FIRST, SECOND, Eocortex

MODULES = ("facescomplete", "peoplecounter", "platescomplete", "platesstandard", "queuecounter", "visitors")
EXAMPLES = {
    "api_channels": "/api/channels",
    "api_channel": f"/api/channels/{CAMERA}",
    "api_channel_status": f"/api/channels/{CAMERA}/status",
    "cameras": "/webapi/cameras",
    "archive_days": f"/webapi/cameras/{CAMERA}/archive_days?startTimeUtc=2024-08-20T08%3A20&endTimeUtc=2099-08-20T08%3A46",
    "camera_analytics": f"/webapi/cameras/analytics?channelIds={CAMERA}",
    "license": "/webapi/license",
    "channels": "/configure/channels/",
    "channel": f"/configure/channels/{CAMERA}",
    "servers": "/configure/servers",
    "server": f"/configure/servers/{FIRST}",
    "server_channels": f"/configure/servers/{FIRST}/channels",
    "devicemanufacturers": "/configure/devicemanufacturers",
    **{name: f"/configure/channels/{CAMERA}/{name}" for name in MODULES},
}


def shape(value: Any) -> Any:
    """Return keys and kinds of values: numbers are alike, null is like anything, a list is as its first item."""
    match value:
        case dict():
            return {key: shape(part) for key, part in value.items()}
        case list():
            return [shape(value[0])] if value else []
        case bool() | str():
            return type(value).__name__
        case int() | float():
            return "number"


def fits(found: Any, wanted: Any) -> bool:
    """Return whether two shapes are alike but for lists that are empty and values that are null."""
    match found, wanted:
        case (None, _) | (_, None) | ([], list()) | (list(), []):
            return True
        case dict(), dict():
            return found.keys() == wanted.keys() and all(fits(found[key], wanted[key]) for key in found)
        case [mine], [theirs]:
            return fits(mine, theirs)
        case _:
            return bool(found == wanted)


@pytest.mark.parametrize("name", EXAMPLES)
async def test_shapes(eocortex: Eocortex, name: str) -> None:
    answer = await eocortex(EXAMPLES[name])
    found, wanted = shape(answer.json), shape(example(name))
    assert (answer.status, answer.kind) == (200, "application/json")
    assert fits(found, wanted), (found, wanted)


async def test_the_guides_misprint(eocortex: Eocortex) -> None:
    answer = await eocortex("/configure/channel")
    assert (answer.status, answer.json) == (404, example("error"))
    assert (await eocortex(f"/configure/channels/{CAMERA}/facescomplete", method="PATCH", json={})).status == 404
    assert (await eocortex(f"/api/channels/{FIRST}")).status == 404
    assert (await eocortex(f"/api/channels/{CAMERA.upper()}")).status == 200


async def test_a_server_lists_its_own_cameras_only(eocortex: Eocortex) -> None:
    first, second = [(await eocortex("/api/channels", server=number)).json for number in range(2)]
    assert {channel["ServerBindingsSettings"]["OwnerServerId"] for channel in first} == {FIRST}
    assert {channel["ServerBindingsSettings"]["OwnerServerId"] for channel in second} == {SECOND}
    assert len(first) == len(second) == 4
    assert (await eocortex(f"/configure/servers/{SECOND}/channels")).json == second


async def test_only_the_main_server_is_configured(eocortex: Eocortex) -> None:
    path = EXAMPLES["facescomplete"]
    assert (await eocortex(path, server=1)).status == 404
    await eocortex.simulator.quirks(configure_elsewhere="served")
    assert (await eocortex(path, server=1)).status == 200


async def test_the_status_follows_the_camera(eocortex: Eocortex) -> None:
    path = EXAMPLES["api_channel_status"]
    good = (await eocortex(path)).json
    assert good["Status"] == "Ok"
    assert 0 < good["ReceiveAltVideoMbps"] < good["ReceiveVideoMbps"] == good["WriteVideoMbps"]
    await eocortex.simulator.quirks(good_status="OK", stream_statuses="object")
    assert (await eocortex(path)).json.items() >= {"Status": "OK", "StreamsStatuses": {"Main": "OK"}}.items()
    await eocortex.simulator.patch_camera(CAMERA, status="ErrorAlt", recording=False)
    assert (await eocortex(path)).json.items() >= {"Status": "ErrorAlt", "WriteVideoMbps": 0}.items()
    await eocortex.simulator.patch_camera(CAMERA, status=None, online=False)
    assert (await eocortex(path)).json.items() >= {"Status": "ErrorMain", "ReceiveVideoMbps": 0}.items()


async def test_archive_days(eocortex: Eocortex) -> None:
    await eocortex.simulator.set_time("2026-04-10T09:00:00Z")
    path = f"/webapi/cameras/{CAMERA}/archive_days"
    every = (await eocortex(path)).json["ArchiveDays"]
    assert (len(every), every[-1]) == (31, "2026-04-10T00:00:00.000Z")
    some = await eocortex(path, params={"startTimeUtc": "2026-04-08T08:20", "endTimeUtc": "2026-04-09T08:46:00Z"})
    assert some.json["ArchiveDays"] == ["2026-04-08T00:00:00.000Z", "2026-04-09T00:00:00.000Z"]
    assert (await eocortex(path, params={"startTimeUtc": "yesterday"})).status == 400


@pytest.mark.parametrize("name", MODULES)
async def test_a_module_is_switched(eocortex: Eocortex, name: str) -> None:
    path = EXAMPLES[name]
    before = (await eocortex(path)).json
    switched = await eocortex(path, method="PUT", json=before | {"Enabled": not before["Enabled"], "Unheard": [1]})
    assert (switched.status, switched.body) == (200, b"")
    assert (await eocortex(path)).json == before | {"Enabled": not before["Enabled"], "Unheard": [1]}


async def test_what_is_missing_from_a_put_is_lost_or_kept(eocortex: Eocortex) -> None:
    path = EXAMPLES["visitors"]
    settings = (await eocortex(path)).json
    settings["ChannelSettings"]["UnknownFaceThreshold"] = 61.0
    await eocortex(path, method="PUT", json=settings)
    await eocortex(path, method="PUT", json={"Enabled": True, "ChannelSettings": {"DbId": "mine"}})
    assert (await eocortex(path)).json["ChannelSettings"].items() >= {
        "UnknownFaceThreshold": 85.0,
        "DbId": "mine",
    }.items()
    await eocortex(path, method="PUT", json=settings)
    await eocortex.simulator.quirks(put="merge")
    await eocortex(path, method="PUT", json={"Enabled": True, "ChannelSettings": {"DbId": "mine"}})
    assert (await eocortex(path)).json["ChannelSettings"].items() >= {
        "UnknownFaceThreshold": 61.0,
        "DbId": "mine",
    }.items()


async def test_general_settings_are_those_of_all_cameras(eocortex: Eocortex) -> None:
    other = next(camera for camera in await eocortex.states() if camera != CAMERA)
    settings = (await eocortex(EXAMPLES["facescomplete"])).json
    settings["GeneralSettings"]["DatabaseSettings"]["Port"] = 3051
    await eocortex(EXAMPLES["facescomplete"], method="PUT", json=settings)
    elsewhere = (await eocortex(f"/configure/channels/{other}/facescomplete")).json
    assert elsewhere["GeneralSettings"]["DatabaseSettings"]["Port"] == 3051


async def test_the_time_of_the_counters_reset_changes_only_when_asked(eocortex: Eocortex) -> None:
    path = EXAMPLES["peoplecounter"]
    settings = (await eocortex(path)).json
    changed = settings | {"IntervalInHours": 24}
    await eocortex(path, method="PUT", json=changed)
    assert (await eocortex(path)).json["IntervalInHours"] == 0
    await eocortex(path, method="PUT", json=changed | {"UseChannelResetCounterSettings": True})
    assert (await eocortex(path)).json["IntervalInHours"] == 24


@pytest.mark.parametrize("body", [b"not json", b"[]", b"{}", b'{"Enabled": "yes"}'])
async def test_a_put_that_makes_no_sense(eocortex: Eocortex, body: bytes) -> None:
    before = (await eocortex(EXAMPLES["visitors"])).json
    assert (await eocortex(EXAMPLES["visitors"], method="PUT", data=body)).status == 400
    assert (await eocortex(EXAMPLES["visitors"])).json == before


async def test_readings_of_keys(eocortex: Eocortex) -> None:
    await eocortex.simulator.quirks(sensitivity="FaceDetectorSensitivity", threshold="UnknownTreshold", channel="full")
    settings = (await eocortex(EXAMPLES["visitors"])).json["ChannelSettings"]
    assert settings.keys() >= {"FaceDetectorSensitivity", "UnknownTreshold"}
    assert (await eocortex(EXAMPLES["api_channel"])).json == (await eocortex(EXAMPLES["channel"])).json
    await eocortex.simulator.quirks(keys="camel", booleans="title")
    assert (await eocortex(EXAMPLES["peoplecounter"])).json.items() >= {"enabled": "True", "objWidth": 0.3}.items()


async def test_licences_are_counted(eocortex: Eocortex) -> None:
    first, second = [(await eocortex("/webapi/license", server=number)).json for number in range(2)]
    assert first["NonRegistratorChannels"] == {"OnServer": 4, "Used": 8, "Total": 16}
    faces = "CompleteFaceRecognitionChannels"
    assert first[faces]["Used"] == first[faces]["OnServer"] + second[faces]["OnServer"] > 0
    settings = (await eocortex(EXAMPLES["facescomplete"])).json
    await eocortex(EXAMPLES["facescomplete"], method="PUT", json=settings | {"Enabled": False})
    assert (await eocortex("/webapi/license")).json[faces]["Used"] == first[faces]["Used"] - 1


async def test_analytics(eocortex: Eocortex) -> None:
    path = "/webapi/cameras/analytics"
    rows = {row["ChannelId"]: row["PluginIds"] for row in (await eocortex(path)).json}
    assert len(rows) == 4
    one, other = list(rows)[:2]
    repeated = (await eocortex(path, params=[("channelIds", one), ("channelIds", other)])).json
    assert {row["ChannelId"]: row["PluginIds"] for row in repeated} == {one: rows[one], other: rows[other]}
