"""The whole system: what any server tells, oddities of the wire, servers that fall silent, the control port."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import aiohttp
import pytest

from ..client import ControlError, Simulator
from .eocortex import CAMERA, FIRST, JSON, SECOND, Eocortex

BOM = b"\xef\xbb\xbf"
STATES = {"type": "getchannelsstates"}


def parsed(body: bytes) -> ET.Element:
    """Return the XML behind the mark: the simulator's own, so nothing hostile."""
    return ET.fromstring(body.removeprefix(BOM))  # noqa: S314


async def test_every_server_tells_the_same_but_for_itself(eocortex: Eocortex) -> None:
    first, second = [await eocortex.configuration(server=number) for number in range(2)]
    assert (first.pop("SenderId"), second.pop("SenderId")) == (FIRST, SECOND)
    first["MobileServerInfo"].pop("Port")
    second["MobileServerInfo"].pop("Port")
    assert first == second
    for server, url in zip(first["Servers"], eocortex.servers, strict=True):
        assert url == f"http://{server['Url']}" == f"http://{server['PrimaryIp']}:{server['PrimaryPort']}"
        assert isinstance(server["PrimaryPort"], str)
        assert server["PrimarySslPort"].isdecimal()
    assert first["RtspServerInfo"]["TcpPort"] == eocortex.simulator.announced["rtsp_port"] or 554
    assert first["Timestamp"].endswith("Z")
    assert len(first["Timestamp"].partition(".")[2]) == 8


async def test_cameras_hang_in_rooms_of_sites(eocortex: Eocortex) -> None:
    document = await eocortex.configuration()
    channels = {channel["Id"]: channel for channel in document["Channels"]}
    (house,) = document["RootSecObject"]["ChildSecObjects"]
    rooms = {room["Name"]: room["ChildChannels"] for room in house["ChildSecObjects"]}
    assert (document["RootSecObject"]["Name"], house["Name"]) == (None, "Harbour House")
    assert rooms["Entrance"] == [CAMERA]
    assert len(rooms["Grounds"]) == 2
    assert sorted(camera for room in rooms.values() for camera in room) == sorted(channels)
    assert [channels[camera]["AttachedToServer"] for camera in channels] == [FIRST, SECOND] * 4
    brief = (await eocortex(f"/api/channels/{CAMERA}")).json
    assert brief["ParentSecObjectId"] in {room["Id"] for room in house["ChildSecObjects"]}


async def test_xml_says_the_same(eocortex: Eocortex) -> None:
    answer = await eocortex("/configex")
    document = parsed(answer.body)
    channels = {channel["Id"]: channel for channel in (await eocortex.configuration())["Channels"]}
    assert document.tag == "Configuration"
    for element in document.iterfind("Channels/ChannelInfo"):
        channel = channels.pop(element.attrib["Id"])
        assert element.attrib["Name"] == channel["Name"]
        assert element.attrib["IsSoundOn"] == str(channel["IsSoundOn"]).lower()
    assert not channels
    path = "RootSecurityObject/ChildSecurityObjects/SecObjectInfo/ChildSecurityObjects/SecObjectInfo"
    found = {room.attrib["Name"]: [part.text for part in room.iter("ChannelId")] for room in document.iterfind(path)}
    assert found["Entrance"] == [CAMERA]


async def test_states_in_both_forms(eocortex: Eocortex) -> None:
    answer = await eocortex("/command", params=STATES | JSON)
    lines = answer.body.split(b"\r\n", 4)
    assert [line.partition(b":")[0] for line in lines[:4]] == [b"Timestamp", b"Error code", b"Message", b"Body-length"]
    assert int(lines[3].partition(b":")[2]) == len(lines[4])
    states = json.loads(lines[4].removeprefix(BOM))
    assert states[0] == {
        "Id": CAMERA, "IsRecordingOn": True, "StreamsStates": [{"Type": "MainVideo", "State": "Active"}],
    }  # fmt: skip
    document = parsed((await eocortex("/command", params=STATES)).body.split(b"\r\n", 4)[4])
    assert [state.findtext("Id") for state in document.iterfind("ChannelState")] == [state["Id"] for state in states]
    assert document.findtext("ChannelState/StreamsStates/Stream/Type") == "MainVideo"


async def test_states_follow_the_world(eocortex: Eocortex) -> None:
    states = await eocortex.states() | await eocortex.states(server=1)
    offline = [state for state in states.values() if state["StreamsStates"][0]["State"] == "NoConnection"]
    assert [state["IsRecordingOn"] for state in offline] == [False]
    await eocortex.simulator.patch_camera(CAMERA, online=False)
    assert (await eocortex.states())[CAMERA]["StreamsStates"] == [{"Type": "MainVideo", "State": "NoConnection"}]
    await eocortex.simulator.patch_camera(CAMERA, IsDisabled=True)
    assert CAMERA not in await eocortex.states()
    assert (await eocortex(f"/api/channels/{CAMERA}")).json["Disabled"] is True


async def test_a_camera_that_records_on_motion_records_when_somebody_is_there(eocortex: Eocortex) -> None:
    channels = (await eocortex.configuration())["Channels"]
    gate = next(channel["Id"] for channel in channels if channel["ArchiveMode"] == "MDandManual")
    await eocortex.simulator.set_rate(0)
    seen = set()
    for _ in range(40):
        seen.add((await eocortex.states())[gate]["IsRecordingOn"])
        await eocortex.simulator.advance(7)
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("quirks", "check"),
    [
        ({"bom": False}, lambda body: not body.startswith(BOM)),
        ({}, lambda body: body.startswith(BOM)),
        ({"string_ports": False}, lambda body: b'"SecondarySslPort": 0' in body),
        ({"fractions": "3"}, lambda body: b'.327Z"' in body or b'.328Z"' in body),
        ({"keys": "lower"}, lambda body: b'"rtspserverinfo"' in body),
        ({"keys": "camel"}, lambda body: b'"rtspServerInfo"' in body),
        ({"booleans": "lower"}, lambda body: b'"IsDisabled": "false"' in body),
        ({"revision": "both"}, lambda body: b'"RevNum"' in body and b'"Revision"' in body),
        ({"people_counting": "IsPeopleCountingEnabled"}, lambda body: b'"IsPeopleCountingOn"' not in body),
        ({"extra_fields": True}, lambda body: b'"ClusterMode"' in body),
        ({"unknown_enums": True}, lambda body: b'"Holographic"' in body),
    ],
)
async def test_readings_of_the_configuration(eocortex: Eocortex, quirks: dict[str, Any], check: Any) -> None:
    await eocortex.simulator.quirks(**quirks)
    answer = await eocortex("/configex", params=JSON)
    assert check(answer.body)
    assert isinstance(answer.json, dict)


async def test_without_preamble_and_all_cameras(eocortex: Eocortex) -> None:
    await eocortex.simulator.quirks(preamble=False, bom=False, listing="all")
    assert len(json.loads((await eocortex("/command", params=STATES | JSON)).body)) == 8
    assert len((await eocortex("/webapi/cameras")).json) == 8
    assert len((await eocortex("/api/channels")).json) == 4


async def test_commands_nobody_knows(eocortex: Eocortex) -> None:
    assert (await eocortex("/command", params={"type": "nonsense"})).status == 400
    assert (await eocortex("/command")).status == 400


async def test_one_silent_server_silences_its_cameras_only(eocortex: Eocortex) -> None:
    other = next(iter(await eocortex.states(server=1)))
    status = f"/api/channels/{other}/status"
    assert (await eocortex(status)).json["Id"] == other
    await eocortex.simulator.refuse(server=SECOND)
    with pytest.raises(aiohttp.ClientConnectionError):
        await eocortex("/configex", server=1)
    assert (await eocortex(status)).status == 404
    assert (await eocortex("/site", params={"channelid": other})).status == 404
    assert len((await eocortex.configuration())["Channels"]) == 8
    assert [server["accepting"] for server in await eocortex.simulator.servers()] == [True, False]
    await eocortex.simulator.refuse(False, server=SECOND)
    assert (await eocortex("/api/channels", server=1)).status == 200
    assert (await eocortex(status)).status == 200
    await eocortex.simulator.quirks(foreign_cameras=False)
    assert (await eocortex(status)).status == 404
    assert (await eocortex(status, server=1)).status == 200


async def test_tls_with_a_certificate_of_its_own(eocortex: Eocortex) -> None:
    server, other = [str(server["secure_url"]) for server in await eocortex.simulator.servers()]
    configuration = await eocortex.configuration()
    assert server == f"https://127.0.0.1:{configuration['Servers'][0]['PrimarySslPort']}"
    login, sent = eocortex.administrator
    query = {"login": login, "password": sent, **JSON}
    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await eocortex.session.get(server + "/configex", params=query)
    async with eocortex.session.get(server + "/configex", params=query, ssl=False) as answer:
        assert json.loads((await answer.read()).removeprefix(BOM)) == configuration
    await eocortex.simulator.refuse(server=SECOND)
    with pytest.raises(aiohttp.ClientConnectionError):
        await eocortex.session.get(other + "/configex", params=query, ssl=False)
    await eocortex.simulator.setup(tls=False)
    assert (await eocortex.configuration())["Servers"][0]["PrimarySslPort"] == "0"


async def test_faults_of_one_server(eocortex: Eocortex) -> None:
    await eocortex.simulator.fault("GET /api/channels", status=409, server=SECOND)
    assert (await eocortex("/api/channels")).status == 200
    answer = await eocortex("/api/channels", server=1)
    assert (answer.status, answer.json.keys()) == (409, {"ErrorMessage"})
    asked = [(request["server"], request["status"]) for request in await eocortex.simulator.requests()]
    assert asked[-2:] == [(FIRST, 200), (SECOND, 409)]


async def test_a_changed_configuration_is_another_revision(eocortex: Eocortex) -> None:
    before = await eocortex.configuration()
    await eocortex.simulator.patch_camera(CAMERA, Name="Attic", AttachedToServer=SECOND)
    after = await eocortex.configuration()
    assert after["RevNum"] > before["RevNum"]
    assert after["Timestamp"] > before["Timestamp"]
    assert (await eocortex(f"/api/channels/{CAMERA}")).json["Name"] == "Attic"
    assert CAMERA in await eocortex.states(server=1)
    added = await eocortex.simulator.add_camera(Name="Shed")
    assert (await eocortex(f"/api/channels/{added}")).json["Name"] == "Shed"
    await eocortex.simulator.remove_camera(added)
    assert (await eocortex(f"/api/channels/{added}")).status == 404


async def test_reset(eocortex: Eocortex) -> None:
    simulator = eocortex.simulator
    start, configuration = await simulator.state(), await eocortex.configuration()
    await simulator.setup(product="LS", hls=False)
    await simulator.quirks(bom=False)
    await simulator.add_user("guest", "")
    await simulator.patch_camera(CAMERA, Name="Elsewhere", online=False)
    settings = (await eocortex(f"/configure/channels/{CAMERA}/visitors")).json
    assert settings == {"ErrorMessage": "License error: REST API configuration is not available"}
    await simulator.refuse()
    await simulator.reset()
    assert {**await simulator.state(), "now": None} == {**start, "now": None}
    assert await eocortex.configuration() == configuration


@pytest.mark.parametrize(
    "ask",
    [
        lambda simulator: simulator.setup(product=5),
        lambda simulator: simulator.add_user("", "x"),
        lambda simulator: simulator.add_user("root", "x"),
        lambda simulator: simulator.patch_user("nobody", web=False),
        lambda simulator: simulator.patch_camera(CAMERA, online="perhaps"),
        lambda simulator: simulator.refuse(server="nobody"),
        lambda simulator: simulator.key("steal"),
    ],
)
async def test_nonsense_is_refused(eocortex: Eocortex, ask: Any) -> None:
    with pytest.raises(ControlError):
        await ask(eocortex.simulator)


async def test_a_thousand_cameras_on_four_servers(socket_enabled: None) -> None:
    async with (
        Simulator.running(vendor="eocortex", cameras=1000, servers=4) as simulator,
        aiohttp.ClientSession() as session,
    ):
        servers = [str(server["url"]) for server in await simulator.servers()]
        eocortex = Eocortex(simulator, session, servers)
        channels = (await eocortex.configuration())["Channels"]
        assert len({channel["Id"] for channel in channels}) == len({channel["Name"] for channel in channels}) == 1000
        states = [await eocortex.states(number) for number in range(4)]
        assert [len(own) for own in states] == [250] * 4
        assert len({camera for own in states for camera in own}) == 1000
