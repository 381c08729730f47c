"""An Eocortex system as the rest of the integration sees it: the state."""

import orjson
import pytest

from custom_components.video_analytics.vendors.eocortex.account import EocortexAccount
from custom_components.video_analytics.vendors.errors import BadAnswer, NotFound, RateLimited, SignInFailed, Unreachable
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.state import (
    AccountState,
    Camera,
    Feature,
    License,
    Part,
    Server,
    StreamIssue,
    Wanted,
)

from .system import System, camera_id, channel, server_id

CONFIGEX, COMMAND = "/configex", "/command"
COUNTERS = "/api/objects_counting/current_counters"
ALWAYS = {Feature.DETECTIONS, Feature.STILL, Feature.LIVE, Feature.ARCHIVE, Feature.RATES, Feature.PROBLEM}


async def fetch(
    account: EocortexAccount, previous: AccountState | None = None, /, **parts: frozenset[str]
) -> AccountState:
    """Ask for the state, and for parts of it."""
    return await account.fetch(previous, Wanted({Part(part): ids for part, ids in parts.items()}))


def status_path(number: int) -> str:
    """Return where a camera's status is."""
    return f"/api/channels/{camera_id(number)}/status"


def sound(number: int, *, used: int = 2, total: int = 5) -> License:
    """Return the licences for sound at a server."""
    return License(key="SoundChannels", name="Sound", used=used, total=total, server=server_id(number))


async def test_the_whole_state(account: EocortexAccount, system: System):
    system.channels = [channel(1, IsSoundOn=True, IsPtzOn=True, Streams=[{"StreamType": "Alternative"}])]
    first, second = (str(server.url) for server in system.servers)
    assert await fetch(account) == AccountState(
        cameras={
            camera_id(1): Camera(
                id=camera_id(1),
                name="Camera 1",
                supports=frozenset(ALWAYS | {Feature.AUDIO, Feature.PTZ, Feature.SUB_STREAM}),
                online=True,
                recording=True,
                server=server_id(1),
                places=("Main Office", "Hall"),
            )
        },
        servers={
            server_id(1): Server(id=server_id(1), name="Server 1", url=first, version="4.6.21", online=True),
            server_id(2): Server(id=server_id(2), name="Server 2", url=second, online=True),
        },
        licenses={found.id: found for found in (sound(1), sound(2))},
    )
    await account.close()


async def test_a_poll_is_one_request_per_server(account: EocortexAccount, system: System):
    state = await fetch(account)
    for server in system.servers:
        server.requests.clear()
    assert await fetch(account, state) is state
    assert [server.paths for server in system.servers] == [[COMMAND], [COMMAND]]
    assert system.servers[0].requests[0].query == (("type", "getchannelsstates"), ("responsetype", "json"))


async def test_the_configuration_is_asked_for_now_and_then(account: EocortexAccount, system: System, later):
    state = await fetch(account)
    system.channels[0]["Name"] = "Gate"
    assert await fetch(account, state) is state
    later(601)
    after = await fetch(account, state)
    assert after.cameras[camera_id(1)].name == "Gate"
    assert after.cameras[camera_id(2)] is state.cameras[camera_id(2)]
    assert after.servers[server_id(1)] is state.servers[server_id(1)]
    system.channels.pop(0)
    later(601)
    assert set((await fetch(account, after)).cameras) == {camera_id(2)}


async def test_a_restart_goes_on_with_the_state_that_is_the_same(account, http: Http, system: System, credentials):
    state = await fetch(account)
    again = EocortexAccount(http, system.servers[0].url, credentials)
    assert await fetch(again, state) is state


async def test_a_camera_loses_its_connection_within_one_poll(account: EocortexAccount, system: System):
    state = await fetch(account)
    system.states[camera_id(1)] = ("NoConnection", False)
    after = await fetch(account, state)
    camera = after.cameras[camera_id(1)]
    assert (camera.online, camera.recording) == (False, False)
    assert after.cameras[camera_id(2)] is state.cameras[camera_id(2)]


@pytest.mark.parametrize(
    ("row", "online", "recording"),
    [
        ({}, None, None),
        ({"IsRecordingOn": "True"}, None, True),
        ({"StreamsStates": []}, None, None),
        ({"StreamsStates": {"Type": "MainVideo", "State": "NOCONNECTION"}}, False, None),
        ({"StreamsStates": [{"Type": "mainvideo", "State": "Whatever"}]}, True, None),
        ({"StreamsStates": [{"Type": "AlternativeVideo", "State": "NoConnection"}]}, None, None),
        ({"StreamsStates": [{"Type": "MainVideo", "State": None}, {"Type": None, "State": "x"}]}, None, None),
    ],
)
async def test_a_state_says_what_it_says(account: EocortexAccount, system: System, row, online, recording):
    system.answers[COMMAND] = (200, [{"Id": camera_id(1), **row}])
    state = await fetch(account)
    assert (state.cameras[camera_id(1)].online, state.cameras[camera_id(1)].recording) == (online, recording)
    assert state.cameras[camera_id(2)].online is None  # the server answers, and says nothing of it


async def test_a_camera_that_is_switched_off_is_offline(account: EocortexAccount, system: System):
    system.channels[0]["IsDisabled"] = True
    assert (await fetch(account)).cameras[camera_id(1)].online is False


@pytest.mark.parametrize(
    ("changes", "features"),
    [
        ({"AllowedRealtime": False}, ALWAYS - {Feature.STILL, Feature.LIVE}),
        ({"AllowedArchive": False}, ALWAYS - {Feature.ARCHIVE}),
        ({"IsArchivingEnabled": False}, ALWAYS - {Feature.ARCHIVE}),
        ({"IsSoundOn": "true"}, ALWAYS | {Feature.AUDIO}),
        ({"Streams": None}, ALWAYS),
        ({"Streams": [{}, {"StreamType": "ThirdAlternative"}]}, ALWAYS),
        ({"Streams": [{"StreamType": "ALTERNATIVE"}]}, ALWAYS | {Feature.SUB_STREAM}),
    ],
)
async def test_what_a_camera_can_do(account: EocortexAccount, system: System, changes, features):
    system.channels = [channel(1, **changes)]
    assert (await fetch(account)).cameras[camera_id(1)].supports == features


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"UserGroup": None}, set()),
        ({"UserGroup": {"CanReceiveSound": False}}, {Feature.AUDIO}),
        ({"RtspServerInfo": {"IsEnabled": False}}, {Feature.SUB_STREAM}),
        ({"RtspServerInfo": None}, {Feature.SUB_STREAM}),
        (
            {
                "RtspServerInfo": None,
                "MobileServerInfo": {"IsEnabled": False},
                "MobileDevicesCapabilities": {"Hls": False},
            },
            {Feature.SUB_STREAM, Feature.LIVE},
        ),
        ({"MobileServerInfo": None, "MobileDevicesCapabilities": None}, set()),
    ],
)
async def test_what_the_system_can_do(account: EocortexAccount, system: System, changes, missing):
    system.channels = [channel(1, IsSoundOn=True, Streams=[{"StreamType": "Alternative"}])]
    system.configuration = changes
    everything = ALWAYS | {Feature.AUDIO, Feature.SUB_STREAM}
    assert (await fetch(account)).cameras[camera_id(1)].supports == everything - missing


@pytest.mark.parametrize(
    ("tree", "places"),
    [
        (None, ()),
        ({"Id": "root", "Name": "Root", "ChildChannels": [camera_id(1)]}, ()),
        ({"ChildSecObjects": {"Name": "Only one", "ChildChannels": [camera_id(1)]}}, ("Only one",)),
        (
            {"ChildSecObjects": [{"Name": None, "ChildSecObjects": [{"Name": "In", "ChildChannels": [camera_id(1)]}]}]},
            ("In",),
        ),
        ({"ChildSecObjects": [{"Name": "Elsewhere", "ChildChannels": [None, "another"]}]}, ()),
    ],
)
async def test_places(account: EocortexAccount, system: System, tree, places):
    system.configuration = {"RootSecObject": tree}
    assert (await fetch(account)).cameras[camera_id(1)].places == places


async def test_a_camera_of_which_only_the_id_is_known(account: EocortexAccount, system: System):
    system.channels = [{"Id": camera_id(1), "AttachedToServer": server_id(1)}]
    system.configuration = {"RootSecObject": None}
    camera = (await fetch(account)).cameras[camera_id(1)]
    assert (camera.name, camera.places, camera.online) == (camera_id(1), (), True)
    assert camera.supports == ALWAYS - {Feature.ARCHIVE}


async def test_rates_and_issues_cost_requests_only_where_somebody_looks(account, system: System, later):
    state = await fetch(account)
    assert system.asked(status_path(1)) == 0
    wanted = {"camera_status": frozenset({camera_id(1), "gone"})}
    state = await fetch(account, state, **wanted)
    camera = state.cameras[camera_id(1)]
    assert (camera.stream_issue, camera.receive_rate, camera.record_rate) == (StreamIssue.NONE, 0.8812103271484375, 0)
    assert state.cameras[camera_id(2)].receive_rate is None
    assert await fetch(account, state, **wanted) is state
    assert system.asked(status_path(1)) == 1
    later(61)
    await fetch(account, state, **wanted)
    assert (system.asked(status_path(1)), system.asked(status_path(2))) == (2, 0)
    assert (await fetch(account, state)).cameras[camera_id(1)].receive_rate is None


@pytest.mark.parametrize(
    ("changes", "issue", "received"),
    [
        ({"Status": "OK"}, StreamIssue.NONE, 0.75),
        ({"Status": "ErrorMain"}, StreamIssue.MAIN, 0.75),
        ({"Status": "erroralt"}, StreamIssue.SUB, 0.75),
        ({"Status": "ErrorSound"}, StreamIssue.SOUND, 0.75),
        ({"Status": "Wait"}, StreamIssue.WAITING, 0.75),
        ({"Status": "SomethingNew"}, None, 0.75),
        ({"Status": None}, None, 0.75),
        ({"ReceiveVideoMbps": None}, None, 0.25),
        ({"ReceiveVideoMbps": "0,5", "ReceiveAltVideoMbps": None}, None, 0.5),
        ({"ReceiveVideoMbps": None, "ReceiveAltVideoMbps": None}, None, None),
    ],
)
async def test_a_status_says_what_it_says(account: EocortexAccount, system: System, changes, issue, received):
    row = {"Id": camera_id(1), "ReceiveVideoMbps": 0.5, "ReceiveAltVideoMbps": 0.25, **changes}
    system.answers[status_path(1)] = (200, row)
    camera = (await fetch(account, camera_status=frozenset({camera_id(1)}))).cameras[camera_id(1)]
    assert (camera.stream_issue, camera.receive_rate) == (issue, received)


async def test_too_many_cameras_are_asked_for_in_turns(account: EocortexAccount, system: System):
    system.channels = [channel(number) for number in range(130)]
    wanted = {"camera_status": frozenset(row["Id"] for row in system.channels)}
    state = await fetch(account, **wanted)
    assert sum(camera.receive_rate is not None for camera in state.cameras.values()) == 100
    state = await fetch(account, state, **wanted)
    assert sum(camera.receive_rate is not None for camera in state.cameras.values()) == 130


REFUSALS = pytest.mark.parametrize(
    "refusal",
    [
        (401, None),
        (403, {"ErrorMessage": "Resource is forbidden for user"}),
        (404, {"ErrorMessage": "Resource is not found"}),
        (400, {"ErrorMessage": "License error: the module is not licensed"}),
        (200, b"<html>"),
        (200, b"nonsense"),
    ],
)


@REFUSALS
async def test_missing_rights_switch_off_and_fail_nothing(account: EocortexAccount, system: System, refusal):
    for path in ("/api/channels", "/webapi/license", "/configure/servers", COUNTERS):
        system.answers[path] = refusal
    everybody = frozenset({camera_id(1), camera_id(2)})
    state = await fetch(account, camera_status=everybody, modules=everybody, licenses=frozenset({""}))
    assert (account.modules, state.licenses, state.zones, state.incomplete) == (None, {}, {}, {"zones"})
    for camera in state.cameras.values():
        assert camera.online is True
        assert camera.supports == ALWAYS - {Feature.RATES, Feature.PROBLEM}
    assert system.asked(status_path(1)) == 0
    assert account.switched_off.keys() == {"modules", "camera_status", "licenses", "counters"}
    for path, reason in account.switched_off.items():
        assert reason.startswith("GET /"), path


async def test_what_is_switched_off_is_told(account: EocortexAccount, system: System, later):
    assert account.switched_off == {}
    state = await fetch(account)
    assert account.switched_off == {}
    system.configuration = {
        "UserGroup": {"CanConfigure": False, "CanReceiveSound": False},
        "RtspServerInfo": None,
        "MobileServerInfo": {"IsEnabled": False},
        "MobileDevicesCapabilities": {"Hls": False},
    }
    system.answers[COMMAND] = (403, None)
    later(3601)
    await fetch(account, state)
    off = "GET /configex: it is off"
    assert account.switched_off == {
        "states": "GET /command: HTTP 403",
        "modules": "configure: this user may not",
        **dict.fromkeys(("rtsp", "hls", "mjpeg", "sound"), off),
    }


@REFUSALS
async def test_rights_are_looked_at_again(account: EocortexAccount, system: System, later, refusal):
    system.answers["/webapi/license"] = system.answers["/api/channels"] = refusal
    state = await fetch(account)
    system.answers.clear()
    assert await fetch(account, state, licenses=frozenset({""})) is state
    later(3601)
    after = await fetch(account, state, licenses=frozenset({""}))
    assert after.licenses.keys() == {sound(1).id, sound(2).id}
    assert Feature.RATES in after.cameras[camera_id(1)].supports


async def test_a_licence_server_that_falls_silent_changes_nothing(account: EocortexAccount, system: System, later):
    state = await fetch(account)
    system.answers["/webapi/license"] = (503, None)
    later(3601)
    assert await fetch(account, state, licenses=frozenset({""})) is state


async def test_licences_are_asked_for_once_unless_somebody_looks(account: EocortexAccount, system: System, later):
    state = await fetch(account)
    later(3601)
    state = await fetch(account, state)
    assert system.asked("/webapi/license") == 2
    system.answers["/webapi/license"] = (200, {"SoundChannels": {"Used": None, "Total": 9}, "Odd": {"Total": None}})
    state = await fetch(account, state, licenses=frozenset({""}))
    assert [*state.licenses.values()] == [sound(1, used=0, total=9), sound(2, used=0, total=9)]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((401, None), SignInFailed),
        ((403, None), SignInFailed),
        ((404, None), NotFound),
        ((429, None), RateLimited),
        ((500, None), Unreachable),
        ((200, b"<html>"), SignInFailed),
        ((200, b"[{"), BadAnswer),
        ((200, {"Id": "x", "Channels": [{"Name": "without an id"}]}), BadAnswer),
        ((200, {"Id": "x", "Channels": [{"Id": "1", "IsDisabled": "perhaps"}]}), BadAnswer),
    ],
)
async def test_the_first_configuration_has_to_come(account: EocortexAccount, system: System, answer, error):
    system.answers[CONFIGEX] = answer
    with pytest.raises(error):
        await fetch(account)


@pytest.mark.parametrize("answer", [(500, None), (200, b"[{"), (200, {"Id": "x", "Channels": [{}]}), (404, None)])
async def test_a_later_configuration_may_fail(account: EocortexAccount, system: System, later, answer):
    state = await fetch(account)
    system.answers[CONFIGEX] = answer
    later(601)
    assert await fetch(account, state) is state
    asked = system.asked(CONFIGEX)
    assert await fetch(account, state) is state
    assert system.asked(CONFIGEX) == asked
    later(61)
    await fetch(account, state)
    assert system.asked(CONFIGEX) > asked


@pytest.mark.parametrize("status", [401, 403])
async def test_a_user_who_is_refused_later_is_told(account: EocortexAccount, system: System, later, status):
    await fetch(account)
    system.answers[CONFIGEX] = (status, None)
    later(601)
    with pytest.raises(SignInFailed):
        await fetch(account)


async def test_a_user_who_may_not_do_anything_any_more_is_told_soon(account: EocortexAccount, system: System):
    state = await fetch(account)
    system.answers[COMMAND] = system.answers[CONFIGEX] = (403, None)
    after = await fetch(account, state)
    assert [camera.online for camera in after.cameras.values()] == [None, None]
    with pytest.raises(SignInFailed):
        await fetch(account, after)


async def test_a_server_that_never_tells_states_does_not_cost_more(account: EocortexAccount, system: System):
    system.answers[COMMAND] = (403, None)
    state = await fetch(account)
    state = await fetch(account, state)
    assert system.asked(CONFIGEX) == 2
    assert await fetch(account, state) is state
    assert system.asked(CONFIGEX) == 2


@pytest.mark.parametrize("case", [str.lower, str.upper, lambda key: key[0].lower() + key[1:]])
async def test_the_case_of_keys_does_not_matter(account: EocortexAccount, system: System, case):
    def other(value):
        if isinstance(value, dict):
            return {case(key): other(item) for key, item in value.items()}
        return [other(item) for item in value] if isinstance(value, list) else value

    wanted = {"camera_status": frozenset({camera_id(1)}), "modules": frozenset({camera_id(1)})}
    system.channels = [channel(1, IsSoundOn=True, Streams=[{"StreamType": "Alternative"}])]
    usual = system._answer

    async def answer(number, request):
        status, value = await usual(number, request)
        if isinstance(value, bytes) and request.path == COMMAND:
            value = orjson.loads(value[value.index(b"[") :])
        return status, other(value)

    state = await fetch(account, **wanted)
    assert state.cameras[camera_id(1)].modules
    system._answer = answer
    account._configuration_due = 0
    again = EocortexAccount(account._servers._http, system.servers[0].url, account._servers._credentials)
    after = await fetch(again, state, **wanted)
    assert (after.cameras, after.servers) == (state.cameras, state.servers)
    await again.modules.set_enabled(camera_id(1), "peoplecounter", on=False)
    assert system.written[0][1][case("Enabled")] is False
    assert len(system.written[0][1]) == len(system.modules["peoplecounter"])


@pytest.mark.parametrize(
    ("answer", "error"),
    [((401, None), SignInFailed), ((500, None), Unreachable), ((200, b"[{"), BadAnswer), ((200, [{}]), BadAnswer)],
)
async def test_a_poll_that_fails_everywhere_fails(account: EocortexAccount, system: System, answer, error):
    state = await fetch(account)
    system.answers[COMMAND] = answer
    with pytest.raises(error):
        await fetch(account, state)
    system.answers.clear()
    assert await fetch(account, state) is state


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_states_that_are_not_told_are_not_known(account: EocortexAccount, system: System, status):
    system.answers[COMMAND] = (status, None)
    state = await fetch(account)
    assert [camera.online for camera in state.cameras.values()] == [None, None]
    assert [server.online for server in state.servers.values()] == [True, True]
