"""Whatever a server answers, the result is a valid model or one of our errors."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.video_analytics.vendors.budget import Budget, Pace
from custom_components.video_analytics.vendors.econnect import VENDOR, wire
from custom_components.video_analytics.vendors.econnect.client import EconnectClient
from custom_components.video_analytics.vendors.econnect.detections import moment, when
from custom_components.video_analytics.vendors.econnect.people import KnownPeople, Tags
from custom_components.video_analytics.vendors.econnect.tokens import EconnectTokens
from custom_components.video_analytics.vendors.errors import BadAnswer, NotFound, VendorError
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.moments import Moment, MomentKind
from custom_components.video_analytics.vendors.models.state import Part, Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.server import Server, body, json
from tests.vendors.strategies import damaged, json_values, over_http, thorough

from .calls import CALLS, PERSON
from .examples import example

(DETECTION,) = example("detections_of_person").response["body"]
ALIAS = {"personAliasId": "1f2e", "firstName": "Ann", "lastName": "Berg", "middleName": None, "title": None}
APPLIED = {"tagId": "4c5d", "expires": None, "created": "2026-01-15T12:00:00Z"}
ROW = {
    "personId": PERSON,
    "aliases": [ALIAS],
    "addresses": [{"personAddressId": "2a3b", "street": "1 Harbour Lane", "city": "Bristol"}],
    "entityFields": [{"entityFieldId": "3b4c", "name": "LoyaltyTier", "stringValue": "Gold"}],
    "tags": [APPLIED],
    "notes": [{"noteId": "5d6e", "summary": "VIP", "body": "a", "author": "b", "sharedId": None}],
}
TAG = {"tagId": "4c5d", "tagName": "VIP", "disabled": False, "description": "a", "defaultExpirePeriod": "00:00:00"}
TOKEN = json({"token": "t"})


@pytest.mark.parametrize(
    ("model", "row"),
    [
        (wire.Detection, DETECTION),
        (wire.Person, ROW),
        (wire.Alias, ALIAS),
        (wire.AppliedTag, APPLIED),
        (wire.Tag, TAG),
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


@thorough
@given(damaged(DETECTION) | damaged({**DETECTION, "image": "/9j/AAAA", "more": "a" * 5000}))
def test_any_detection_is_a_moment_or_a_bad_answer(row):
    try:
        told = moment(row, PERSON)
    except BadAnswer:
        return
    assert isinstance(told, Moment)
    assert told.kind is MomentKind.SEEN
    assert told.start.tzinfo is UTC
    assert told.confidence is None or 0 <= told.confidence <= 1
    assert "image" not in told.attributes
    assert "more" not in told.attributes or row["more"] != "a" * 5000
    if told.picture:
        assert when(told.picture) == (PERSON, told.start, told.id)
    assert moment(row, PERSON) == told


@thorough
@given(json_values | damaged(ROW))
def test_any_row_is_a_person_or_a_bad_answer(row):
    known = KnownPeople(None, Tags(None), lambda: datetime.now(UTC))  # type: ignore[arg-type]  # nobody is asked
    try:
        person = known.learn(row)
    except BadAnswer:
        return
    assert isinstance(person.id, str)
    assert person.name is None or person.name.strip()


def opened(http: Http, server: Server) -> EconnectClient:
    """Return a client that has a token."""
    tokens = EconnectTokens(http, server.url, "u", Secret("p"))
    tokens._keep({"token": "t"}, "sign in")
    return EconnectClient(http, server.url, tokens)


@pytest.mark.parametrize("name", CALLS)
@over_http
@given(st.binary(max_size=60))
async def test_any_bytes_are_an_answer_or_our_error(http: Http, server: Server, name, content):
    server.answer(body(content))
    try:
        await CALLS[name](opened(http, server))
    except BadAnswer, NotFound:
        pass


@over_http
@given(st.integers(200, 599).filter(lambda status: status not in {204, 304}), st.binary(max_size=60))
async def test_any_status_is_an_answer_or_our_error(http: Http, server: Server, status, content):
    server.answer(body(content, status))
    for call in CALLS.values():
        http.budget = Budget(Pace(10_000, 10_000))  # a 429 asks to wait
        try:
            await call(opened(http, server))
        except VendorError:
            pass


@over_http
@given(st.lists(json_values | damaged(ROW) | damaged(TAG), max_size=3) | json_values | damaged(ROW))
async def test_any_answer_is_a_state_or_our_error(http: Http, server: Server, answer: Any):
    account = VENDOR.open(http, {"url": str(server.url), "username": "u", "password": "p"}, "id")
    server.answer(TOKEN, json(answer))
    try:
        state = await account.fetch(None, Wanted({Part.PERSON: frozenset({PERSON})}))
    except VendorError:
        return
    assert state.people.keys() <= {PERSON}
    assert await account.fetch(state, Wanted({Part.PERSON: frozenset({PERSON})})) is state


@over_http
@given(st.text(min_size=1))
async def test_any_id_is_asked_for_below_the_api(http: Http, server: Server, person):
    server.answer(json({}))
    try:
        await opened(http, server).people.get(person)
    except NotFound:
        return
    assert server.requests[-1].path.startswith("/api/v1/people/")
    assert server.requests[-1].query == ()
