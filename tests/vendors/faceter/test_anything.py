"""Whatever a server answers, the result is a valid model or one of our errors."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, strategies as st
import pytest
from yarl import URL

from custom_components.video_analytics.vendors.budget import Budget
from custom_components.video_analytics.vendors.errors import BadAnswer, NotFound, VendorError
from custom_components.video_analytics.vendors.faceter import wire
from custom_components.video_analytics.vendors.faceter.account import FaceterAccount
from custom_components.video_analytics.vendors.faceter.client import FaceterClient
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.media import StreamKind
from custom_components.video_analytics.vendors.models.state import Camera, Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.server import Server, body, consume
from tests.vendors.strategies import damaged, json_values, over_http, thorough

from .examples import example
from .test_examples import CALLS

NOW = datetime(2026, 4, 10, tzinfo=UTC)
ROW = example("camera").response["body"]
EVENTS = example("events").response["body"]
RECORDING = example("recordings").response["body"][0]


class Canned(Http):
    """Gives one decoded answer to everything, without a network."""

    def __init__(self, answer: Any) -> None:
        """Keep the answer."""
        self.answer = answer
        self.budget = Budget()

    def at(self, base: URL, headers: Mapping[str, Secret]) -> Any:
        """Be the API as well."""
        return self

    async def get(self, path: str, query: object = None, *, urgent: bool = False) -> Any:
        """Answer."""
        return self.answer

    async def post(self, path: str, json: object = None) -> Any:
        """Answer."""
        return self.answer


def client(answer: Any) -> FaceterClient:
    """Return a client that gets this answer."""
    return FaceterClient(Canned(answer), URL(), Secret("key"))


@pytest.mark.parametrize(
    ("model", "row"),
    [
        (wire.Validation, example("validate_key").response["body"]),
        (wire.Camera, ROW),
        (wire.Event, EVENTS["items"][0]),
        (wire.Recording, RECORDING),
        (wire.Export, example("export").response["body"]),
        (wire.Export, example("audio_export").response["body"]),
    ],
)
@thorough
@given(data=st.data())
def test_anything_is_a_model_or_a_bad_answer(model, row, data):
    value = data.draw(json_values | damaged(row))
    try:
        result = model.read(value, "row")
    except BadAnswer as error:
        assert str(error).startswith(("row: ", "attributes: "))  # noqa: PT017  # nothing else may be raised
    else:
        assert isinstance(result, model)


@thorough
@given(st.lists(json_values | damaged(ROW), max_size=3) | json_values)
async def test_any_list_of_cameras_is_a_state_or_a_bad_answer(answer):
    account = FaceterAccount(Canned(answer), URL("https://cloud.example.com"), Secret("key"))
    try:
        state = await account.fetch(None, Wanted())
    except BadAnswer:
        return
    assert len(state.cameras) <= len(answer)
    for key, camera in state.cameras.items():
        assert isinstance(camera, Camera)
        assert camera.id == key
        assert camera.name
        assert camera.online in {True, False, None}
        assert camera.archive_depth is None or camera.archive_depth >= timedelta(0)
        for moment in (camera.last_online, camera.access_expires):
            assert moment is None or moment.tzinfo is UTC
        account.live.addresses(key, StreamKind.MAIN)
    assert await account.fetch(state, Wanted()) is state


@thorough
@given(st.lists(json_values | damaged(ROW), max_size=3) | json_values)
async def test_any_list_of_cameras_is_an_identity_or_a_bad_answer(answer):
    account = FaceterAccount(Canned(answer), URL("https://cloud.example.com"), Secret("key"))
    account.client.validate_key = _valid
    try:
        identity = await account.identify()
    except BadAnswer:
        return
    assert identity.id
    assert identity.title
    assert identity.proof == set((await account.fetch(None, Wanted())).cameras)


async def _valid() -> bool:
    return True


@thorough
@given(
    damaged(EVENTS)
    | st.fixed_dictionaries(
        {"items": st.lists(damaged(EVENTS["items"][0]), max_size=3)}, optional={"hasMore": json_values}
    )
    | json_values
)
async def test_any_events(answer):
    try:
        events = await client(answer).events("cam", start=NOW, end=NOW)
    except BadAnswer:
        return
    assert isinstance(events.has_more, bool)
    assert all(isinstance(event.attributes, dict) for event in events.items)


@thorough
@given(st.lists(damaged(RECORDING), max_size=3) | json_values)
async def test_any_recordings(answer):
    try:
        recordings = await client(answer).recordings("cam")
    except BadAnswer:
        return
    assert all(isinstance(recording.duration_seconds, int) for recording in recordings)


@pytest.mark.parametrize("name", [name for name in CALLS if name != "clip"])
@over_http
@given(st.binary(max_size=60))
async def test_any_bytes_are_an_answer_or_our_error(http: Http, server: Server, name, content):
    server.answer(body(content))
    try:
        await CALLS[name].call(FaceterClient(http, server.url, Secret("key")))
    except BadAnswer:
        pass


@over_http
@given(st.integers(200, 599).filter(lambda status: status not in {204, 304}), st.binary(max_size=60))
async def test_any_status_is_an_answer_or_our_error(http: Http, server: Server, status, content):
    server.answer(body(content, status))
    faceter = FaceterClient(http, server.url, Secret("key"))
    for call in (faceter.cameras, faceter.validate_key, lambda: consume(faceter.clip("cam", NOW, timedelta(1)))):
        http.budget = Budget()  # a 429 asks to wait
        try:
            await call()
        except VendorError:
            pass


@over_http
@given(st.text(min_size=1))
async def test_any_camera_id_is_asked_for(http: Http, server: Server, camera):
    server.answer(body("{}"))
    try:
        await FaceterClient(http, server.url / "integration-api", Secret("key")).camera(camera)
    except NotFound:
        return
    assert server.requests[-1].path.startswith("/integration-api/v1/")
    assert server.requests[-1].query == ()
