"""Whatever a server sends becomes what it should be, or one of our errors."""

from collections.abc import Mapping
from contextlib import aclosing
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import example, given, strategies as st
import pytest
from yarl import URL

from custom_components.video_analytics.vendors.budget import Budget
from custom_components.video_analytics.vendors.errors import BadAnswer, NotFound, VendorError
from custom_components.video_analytics.vendors.gumnut import VENDOR, decode, wire
from custom_components.video_analytics.vendors.gumnut.client import GumnutClient
from custom_components.video_analytics.vendors.gumnut.feed import Feed, Position
from custom_components.video_analytics.vendors.gumnut.stale import Stale
from custom_components.video_analytics.vendors.gumnut.telling import Reader, is_told
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.moments import Moment
from custom_components.video_analytics.vendors.models.photos import Album, Asset, PhotoFace
from custom_components.video_analytics.vendors.models.state import AccountState, Part, Person, Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.conftest import KEY
from tests.vendors.server import Server, body
from tests.vendors.strategies import damaged, json_values, over_http, thorough

from . import rows
from .calls import CALLS

NOW = datetime(2026, 4, 10, tzinfo=UTC)


class Canned(Http):
    """Gives decoded answers by the beginning of the path, without a network."""

    def __init__(self, **answers: Any) -> None:
        """Keep the answers; underscores stand for slashes."""
        self.answers = {f"/api/{name.replace('_', '/')}": answer for name, answer in answers.items()}
        self.budget = Budget()
        self._ahead = timedelta()

    def at(self, *_: object, **__: object) -> Any:
        """Be the API as well."""
        return self

    async def get(self, path: str, query: Mapping[str, Any] | None = None, **_: object) -> Any:
        """Answer."""
        if query and (query.get("starting_after_id") or query.get("starting_after_bucket")):
            return {"data": [], "has_more": False}
        for start in sorted(self.answers, key=len, reverse=True):
            if path.startswith(start):
                return self.answers[start]
        raise NotFound(path)


def client(**answers: Any) -> GumnutClient:
    """Return a client that gets these answers."""
    return GumnutClient(Canned(**answers), URL("https://api.example.com"), Secret("key"))


def known(row: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Damaged rows that still have their id, or few would be read to their end."""
    return damaged(row).map(lambda found: {**found, "id": row["id"]})


def page(row: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Pages of rows, damaged ones too, and anything."""
    rows_of = st.lists(st.just(row) | (known(row) if "id" in row else damaged(row)), max_size=3)
    return st.fixed_dictionaries({"data": rows_of}, optional={"has_more": st.booleans() | json_values}) | json_values


@pytest.mark.parametrize(
    ("model", "row"),
    [
        (wire.User, rows.USER),
        (wire.Library, rows.LIBRARY),
        (wire.Face, rows.FACE),
        (wire.Person, rows.PERSON),
        (wire.Asset, rows.ASSET),
        (wire.Found, rows.FOUND),
        (wire.Album, rows.ALBUM),
        (wire.Bucket, rows.BUCKET),
        (wire.Task, rows.TASK),
        (wire.Changes, rows.CHANGES),
        (wire.Page, rows.CHANGES),
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
@example({"id": ""}, rows.FACE, rows.PERSON, rows.ALBUM)
@given(damaged(rows.ASSET), damaged(rows.FACE), damaged(rows.PERSON), damaged(rows.ALBUM))
def test_any_row_is_decoded(asset, face, person, album):
    kinds = (
        (wire.Asset, asset, decode.asset, Asset),
        (wire.Face, face, decode.face, PhotoFace),
        (wire.Person, person, decode.person, Person),
        (wire.Album, album, decode.album, Album),
    )
    for model, row, turn, neutral in kinds:
        try:
            decoded = turn(model.read(row, "row"))
        except BadAnswer:
            continue
        assert isinstance(decoded, neutral)
        assert decoded.id == str(row["id"])
        if isinstance(decoded, Asset):
            assert decoded.added is None or decoded.added.tzinfo is UTC
            assert decoded.name
            assert decoded.location is None or len(decoded.location) == 2
        if isinstance(decoded, Person):
            assert decoded.birthday is None or type(decoded.birthday) is date


@thorough
@given(
    st.lists(st.just(rows.LIBRARY) | known(rows.LIBRARY), min_size=1, max_size=3) | json_values,
    page(rows.ASSET),
    page(rows.PERSON),
    st.just(rows.USER) | known(rows.USER) | json_values,
    page(rows.BUCKET),
    st.lists(st.just(rows.TASK) | known(rows.TASK), max_size=3) | json_values,
)
async def test_any_answers_are_a_state_or_our_error(libraries, assets, people, user, counts, tasks):
    answers = {
        "libraries": libraries, "assets": assets, "people": people, "users": user, "assets_counts": counts, "tasks": tasks
    }  # fmt: skip
    account = VENDOR.open(Canned(**answers), {"key": "k", "url": "https://api.example.com"}, "lib_1")
    wanted = Wanted({Part.LIBRARY: frozenset({""}), Part.TASKS: frozenset({""}), Part.PERSON: frozenset({"person_1"})})
    try:
        state = await account.fetch(None, wanted)
    except BadAnswer, NotFound:
        return
    assert isinstance(state, AccountState)
    assert all(person.name and person.id == key for key, person in state.people.items())
    assert isinstance(account.switched_off, Mapping)


@thorough
@given(st.lists(damaged(rows.LIBRARY), max_size=3) | json_values, damaged(rows.USER) | json_values)
async def test_any_answers_are_libraries_or_our_error(libraries, user):
    try:
        accounts = await VENDOR.accounts(
            Canned(libraries=libraries, users=user), {"key": "k", "url": "https://api.example.com"}
        )
    except VendorError:
        return
    assert all(account.id and account.title for account in accounts)


@thorough
@given(
    st.fixed_dictionaries(
        {"data": st.lists(damaged(rows.CHANGE), max_size=4)},
        optional={"has_more": st.booleans(), "next_cursor": st.text(max_size=3) | st.none()},
    )
    | damaged(rows.CHANGES)
    | json_values
)
async def test_any_feed_ends_and_moves_forwards(answer):
    feed, stale, position = Feed(client(events=answer), "lib_1"), Stale(), Position(NOW)
    read = 0
    try:
        async with aclosing(feed.pages(position)) as pages:
            async for found in pages:
                read += 1
                assert read < 3
                assert found.position.since >= position.since
                assert Position.read(str(found.position)) == found.position
                for change in found.changes:
                    stale.note(change)
                    assert is_told(change) in {True, False}
    except BadAnswer:
        pass


@thorough
@given(page(rows.ASSET), page(rows.FACE), page(rows.PERSON), st.lists(damaged(rows.CHANGE), max_size=3))
async def test_any_entities_are_moments_or_a_bad_answer(assets, faces, people, changes):
    answers = client(assets=assets, faces=faces, people=people)
    read = []
    for change in changes:
        try:
            read.append(wire.Change.read(change, "change"))
        except BadAnswer:
            continue
    for kind in ("asset", "face", "person"):
        row = {**rows.CHANGE, "entity_type": kind, "entity_id": f"{kind}_1", "event_type": f"{kind}_created"}
        read.append(wire.Change.read(row, "change"))
    try:
        moments, updates = await Reader(answers, "lib_1", Stale()).read(read, ["asset_2"])
    except BadAnswer:
        return
    assert all(isinstance(moment, Moment) and moment.start.tzinfo for moment in moments)
    assert updates == ()


@thorough
@given(st.text() | json_values.map(str))
def test_any_stored_position_is_one_or_none(text):
    position = Position.read(text)
    assert position is None or position.since.tzinfo is UTC


@pytest.mark.parametrize("name", CALLS)
@over_http
@given(st.binary(max_size=60))
async def test_any_bytes_are_an_answer_or_our_error(http: Http, server: Server, name, content):
    server.answer(body(content))
    try:
        await CALLS[name](GumnutClient(http, server.url, Secret(KEY)))
    except BadAnswer:
        pass


@over_http
@given(
    st.sampled_from(sorted(CALLS)),
    st.integers(200, 599).filter(lambda status: status not in {204, 304}),
    st.binary(max_size=60),
)
async def test_any_status_is_an_answer_or_our_error(http: Http, server: Server, name, status, content):
    server.answer(body(content, status))
    http.budget = Budget()  # a 429 asks to wait
    try:
        await CALLS[name](GumnutClient(http, server.url, Secret(KEY)))
    except VendorError:
        pass


@over_http
@given(st.text(min_size=1))
async def test_any_id_is_asked_for_and_nothing_else(http: Http, server: Server, key):
    server.answer(body("{}"))
    try:
        await GumnutClient(http, server.url, Secret(KEY)).people.get(key)
    except NotFound, BadAnswer:
        pass
    assert all(request.path.startswith("/api/people/") and not request.query for request in server.requests)
