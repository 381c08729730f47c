"""Whatever a server answers, the result is a valid model or one of our errors."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from hypothesis import given, strategies as st
import pytest
from yarl import URL

from custom_components.video_analytics.vendors.budget import Budget
from custom_components.video_analytics.vendors.eocortex.account import EocortexAccount
from custom_components.video_analytics.vendors.eocortex.client import EocortexClient
from custom_components.video_analytics.vendors.eocortex.credentials import Credentials
from custom_components.video_analytics.vendors.eocortex.wire.cameras import ArchiveDays, CameraAnalytics, CameraSettings
from custom_components.video_analytics.vendors.eocortex.wire.channels import ChannelBrief, ChannelState, ChannelStatus
from custom_components.video_analytics.vendors.eocortex.wire.configuration import Channel, Configuration
from custom_components.video_analytics.vendors.eocortex.wire.counting import (
    ChannelCounters,
    ChannelReport,
    VisitorsAnswer,
)
from custom_components.video_analytics.vendors.eocortex.wire.databases import GroupPage
from custom_components.video_analytics.vendors.eocortex.wire.events import EventKind
from custom_components.video_analytics.vendors.eocortex.wire.license import License
from custom_components.video_analytics.vendors.eocortex.wire.modules import ModuleSettings
from custom_components.video_analytics.vendors.eocortex.wire.servers import ConfiguredServer, DeviceManufacturer
from custom_components.video_analytics.vendors.errors import BadAnswer, VendorError
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.media import StreamKind
from custom_components.video_analytics.vendors.models.state import AccountState, Camera, Part, Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.server import Server, body
from tests.vendors.strategies import damaged, json_values, over_http, thorough

from .examples import example
from .system import camera_id, channel
from .test_secrets import ALL_CALLS

USER = Credentials("root", Secret(""))
STATE = {
    "Id": camera_id(1),
    "IsRecordingOn": True,
    "StreamsStates": [{"Type": "MainVideo", "State": "NoConnection"}],
}
SERVER = {"Id": "s", "Name": "S", "Url": "a:1", "PrimaryIp": "127.0.0.1", "PrimaryPort": "8080", "SecondaryPort": "0"}
TREE = {"Id": "r", "Name": "R", "ChildSecObjects": [{"Name": "A", "ChildChannels": [camera_id(1)]}]}
CONFIGURATION = {
    "Id": "system",
    "SenderId": "s",
    "ServerVersion": "4.6",
    "Servers": [SERVER],
    "Channels": [channel(1)],
    "RootSecObject": TREE,
    "UserGroup": {"CanConfigure": True, "CanReceiveSound": True},
    "RtspServerInfo": {"IsEnabled": True, "TcpPort": 554},
    "MobileServerInfo": {"IsEnabled": True},
    "MobileDevicesCapabilities": {"Hls": True},
}


class Canned(Http):
    """Gives decoded answers by the beginning of their paths, without a network."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        """Keep the answers."""
        self.answers = answers
        self.budget = Budget()
        self._ahead = timedelta()

    def at(self, base: URL, headers: object, secrets: Iterable[Secret] = ()) -> Any:
        """Be the API as well."""
        return self

    async def get(self, path: str, query: object = None, *, urgent: bool = False, decode: object = None) -> Any:
        """Answer."""
        return next(answer for start, answer in self.answers.items() if path.startswith(start))


@pytest.mark.parametrize(
    ("model", "row"),
    [
        (Channel, channel(1)),
        (ChannelState, STATE),
        (ChannelBrief, example("channels")[0]),
        (ChannelStatus, example("api_channel_status")),
        (CameraSettings, example("cameras")[0]),
        (ArchiveDays, example("archive_days")),
        (CameraAnalytics, example("camera_analytics")[0]),
        (ConfiguredServer, example("servers")[0]),
        (DeviceManufacturer, example("devicemanufacturers")[0]),
        (License, {key: example("license")[key] for key in ("ProductType", "TimeLimit", "SoundChannels")}),
        (ModuleSettings, example("peoplecounter")),
        (Configuration, CONFIGURATION),
        (ChannelCounters, example("current_counters")),
        (ChannelReport, example("counters_report")),
        (VisitorsAnswer, example("unique_visitors")),
        (GroupPage, example("cars_groups")),
        (EventKind, {"Id": "1", "Name": "Motion", "GuiName": "Motion"}),
    ],
)
@thorough
@given(data=st.data())
def test_anything_is_a_model_or_a_bad_answer(model, row, data):
    value = data.draw(json_values | damaged(row))
    try:
        result = model.read(value, "row")
    except BadAnswer as error:
        assert str(error).startswith("row: ")  # noqa: PT017  # nothing else may be raised
    else:
        assert isinstance(result, model)


def nearly(example: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects like `example`, one field of which is anything."""
    changes = st.dictionaries(st.sampled_from(sorted(example)), json_values, max_size=1)
    return changes.map(lambda change: {**example, **change})


SOME_CONFIGURATION = st.builds(
    lambda base, channels, servers, tree: {**base, "Channels": channels, "Servers": servers, "RootSecObject": tree},
    st.just(CONFIGURATION) | nearly(CONFIGURATION),
    st.lists(nearly(channel(1)) | nearly(channel(2, 2)) | st.just(channel(3)), max_size=3),
    st.just([SERVER]) | st.lists(nearly(SERVER), max_size=2),
    st.just(TREE) | nearly(TREE),
)


@thorough
@given(
    configuration=SOME_CONFIGURATION,
    states=st.just([STATE]) | st.lists(nearly(STATE), max_size=3) | json_values,
    rest=json_values | nearly(example("api_channel_status")) | nearly(example("peoplecounter")),
)
async def test_any_answers_are_a_state_or_an_error(configuration, states, rest):
    answers = {"/configex": configuration, "/command": states, "/": rest}
    account = EocortexAccount(Canned(answers), URL("http://vms:8080"), USER)
    wanted = Wanted({part: frozenset({camera_id(1)}) for part in (Part.CAMERA_STATUS, Part.MODULES)})
    try:
        state = await account.fetch(None, wanted)
    except VendorError:
        return
    assert isinstance(state, AccountState)
    for key, camera in state.cameras.items():
        assert isinstance(camera, Camera)
        assert camera.id == key
        assert camera.name
        assert camera.online in {True, False, None}
        assert all(camera.places)
        assert all(isinstance(on, bool) for on in camera.modules.values())
        assert camera.server is None or camera.server in state.servers
        for stream in StreamKind:
            account.live.addresses(key, stream)
    for key, server in state.servers.items():
        assert server.id == key
        assert server.name
    assert await account.fetch(state, wanted) is state


@thorough
@given(damaged(CONFIGURATION) | json_values)
async def test_any_configuration_is_an_identity_or_an_error(configuration):
    account = EocortexAccount(Canned({"/": configuration}), URL("http://vms:8080"), USER)
    try:
        identity = await account.identify()
    except VendorError:
        return
    assert identity.id
    assert identity.title.startswith("Eocortex")


@pytest.mark.parametrize("name", ALL_CALLS)
@over_http
@given(st.integers(200, 599).filter(lambda status: status not in {204, 304}), st.binary(max_size=60))
async def test_any_status_and_bytes_are_an_answer_or_our_error(http: Http, server: Server, name, status, content):
    server.answer(body(content, status))
    http.budget = Budget()  # a 429 asks to wait
    http.budget.take = _at_once
    try:
        await ALL_CALLS[name](EocortexClient(http, server.url, USER))
    except VendorError:
        pass


async def _at_once(what: str, urgency: object = None) -> None:
    """Take what is needed."""


@thorough
@given(st.text(), st.text(), st.booleans())
def test_any_user_can_be_sent_or_is_refused(login, password, in_directory):
    credentials = Credentials(login, Secret(password), in_directory=in_directory)
    try:
        headers = credentials.headers
    except VendorError:
        assert ":" in login
        return
    assert headers["Authorization"].reveal().isascii()
    url = EocortexClient(Canned({}), URL("http://vms"), credentials).root.rtsp("cam", port=None)
    assert URL(str(url)).query["login"] == login
