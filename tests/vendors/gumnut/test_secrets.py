"""What nobody may read in a log, an exception or a `repr`, whatever goes wrong."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
import logging
import traceback
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.video_analytics.vendors.budget import Budget
from custom_components.video_analytics.vendors.errors import Rejected, VendorError
from custom_components.video_analytics.vendors.gumnut import VENDOR, decode, wire
from custom_components.video_analytics.vendors.gumnut.client import GumnutClient
from custom_components.video_analytics.vendors.gumnut.pictures import reference
from custom_components.video_analytics.vendors.gumnut.stale import Stale
from custom_components.video_analytics.vendors.gumnut.telling import Reader
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.photos import AssetDraft, AssetQuery, PersonDraft
from custom_components.video_analytics.vendors.models.state import AccountState, Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.conftest import KEY
from tests.vendors.server import Answer, Server, body, bytes_of_another_protocol, cut_off, json, redirect
from tests.vendors.strategies import json_values, over_http

from . import rows
from .calls import AT, CALLS

TOKEN = "t0ken"
NAME = "Zinaida"
PLACE = "Wonderland"
SIGNED = f"https://assets.example.com/a.jpg?token={TOKEN}"
SECRETS = (KEY, TOKEN, NAME, PLACE)
LEAKY = f'{{"key": "{KEY}", "url": "{SIGNED}", "name": "{NAME}", "place": "{PLACE}"}}'
PERSON = {**rows.PERSON, "name": NAME, "asset_urls": {"thumbnail": {"url": SIGNED}}}
ASSET = {
    **rows.ASSET,
    "original_file_name": NAME,
    "description": NAME,
    "asset_urls": {"preview": {"url": SIGNED}, "original": {"url": SIGNED}},
    "metadata": {"display_label": PLACE, "description": NAME},
    "people": [PERSON],
}


def leaks(error: BaseException) -> list[str]:
    """Return what an error tells, in its text or in a whole traceback."""
    told = (str(error), repr(error), repr(error.args), "".join(traceback.format_exception(error)))
    return [secret for secret in SECRETS for text in told if secret in text]


async def tried(call: Callable[[], Awaitable[Any]]) -> VendorError | None:
    """Return the error of a call."""
    try:
        await call()
    except VendorError as error:
        return error
    return None


ANSWERS: dict[str, Answer] = {
    **{str(status): body(LEAKY, status) for status in (400, 401, 403, 404, 409, 422, 429, 500, 502, 507)},
    "complaints": json({"detail": [{"loc": ["body", "name"], "msg": NAME, "input": KEY}]}, 422),
    "broken": body(LEAKY[:-1]),
    "HTML": body(f"<html>{LEAKY}</html>"),
    "text": body(f"{NAME} {PLACE} {KEY}"),
    "cut off": cut_off(LEAKY.encode(), 1000),
    "not HTTP": bytes_of_another_protocol(LEAKY.encode()),
    "redirect": redirect(SIGNED),
    "redirect to nowhere": redirect(f"nowhere:{TOKEN}"),
    "another type": json([[SIGNED, NAME]]),
    "another object": json({NAME: PLACE}),
    "data": json({"data": NAME, "has_more": PLACE}),
    "rows": json({"data": [{"id": {NAME: PLACE}}]}),
    "an asset": json({**ASSET, "width": NAME, "created_at": PLACE}),
    "assets": json({"data": [{**ASSET, "metadata": NAME}]}),
    "people": json({"data": [{**PERSON, "birth_date": PLACE}]}),
    "a person": json({**PERSON, "asset_urls": {"thumbnail": SIGNED}}),
    "changes": json({"data": [{**rows.CHANGE, "created_at": NAME}], "has_more": False}),
    "a user": json({"id": "1", "email": NAME, "is_active": NAME}),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_no_error_of_a_call_tells_a_secret(faked: GumnutClient, http: Http, server: Server, caplog, answer):
    caplog.set_level(logging.DEBUG)
    server.answer(answer)
    errors = []
    for name, call in CALLS.items():
        http.budget = Budget()  # a 429 asks to wait
        if error := await tried(lambda call=call: call(faked)):
            assert leaks(error) == [], name
            errors.append(error)
    assert errors
    assert [secret for secret in SECRETS if secret in caplog.text] == []


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_no_error_of_an_account_tells_a_secret(http: Http, server: Server, caplog, answer):
    caplog.set_level(logging.DEBUG)
    server.answer(answer)
    values = {"url": str(server.url), "key": KEY}
    account = VENDOR.open(http, values, "lib_1")
    errors = []
    for call in (
        lambda: VENDOR.accounts(http, values),
        lambda: account.fetch(None, Wanted()),
        lambda: account.photos.asset("asset_1"),
        lambda: account.photos.save_person(None, PersonDraft(name=NAME)),
        lambda: account.photos.picture(replace(reference("asset", "1"), where=Secret(f"{server.url}/?token={TOKEN}"))),
        lambda: anext(account.photos.find(AssetQuery(text=NAME))),
    ):
        http.budget = Budget()  # a 429 asks to wait
        errors.append(await tried(call))
    found = [error for error in errors if error]
    assert found
    for error in found:
        assert leaks(error) == []
    assert [secret for secret in SECRETS if secret in caplog.text] == []


@over_http
@given(st.integers(200, 599).filter(lambda status: status not in {204, 304}), st.data())
async def test_no_answer_whatever_makes_an_error_that_tells(faked: GumnutClient, http: Http, server, status, data):
    secret = st.sampled_from([KEY, SIGNED, PLACE, NAME, f"the key {KEY} is bad", f"{NAME} at {SIGNED}"])
    leaf = secret | json_values
    value = data.draw(
        leaf | st.lists(leaf, max_size=3) | st.dictionaries(secret | st.sampled_from(["id", "data"]), leaf, max_size=3)
    )
    server.answer(json(value, status))
    http.budget = Budget()  # a 429 asks to wait
    call = CALLS[data.draw(st.sampled_from(sorted(CALLS)))]
    if error := await tried(lambda: call(faked)):
        assert leaks(error) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"detail": f"{KEY} is unknown at {SIGNED}"},
        {"error": "unauthorized", "message": f"{KEY} is unknown at {SIGNED}"},
        {"error": {"code": "x", "message": f"{KEY} is unknown at {SIGNED}"}},
        {"detail": [{"loc": ["body"], "msg": f"{KEY} is unknown at {SIGNED}"}]},
        {"detail": f"Bearer {KEY} is unknown at {SIGNED}"},
    ],
)
async def test_the_vendors_reason_is_told_without_keys_and_addresses(faked: GumnutClient, server: Server, answer):
    server.answer(json(answer, 400))
    with pytest.raises(Rejected) as caught:
        await faked.libraries.me()
    assert leaks(caught.value) == []
    assert KEY not in caught.value.reason
    assert TOKEN not in caught.value.reason
    assert caught.value.reason.endswith("… is unknown at …")


async def test_an_error_names_no_query(faked: GumnutClient, server: Server):
    server.answer(body(status=400))
    error = await tried(lambda: anext(faked.people.list("lib_1", name=NAME)))
    assert str(error) == "GET /api/people: HTTP 400"


async def test_the_key_goes_to_the_api_only(http: Http, server: Server, elsewhere: Server):
    address = str(elsewhere.url / "a.jpg")
    asset = {**rows.ASSET, "asset_urls": {"preview": {"url": address}, "original": {"url": address}}}
    server.answer(json({"data": [asset], "has_more": False}))
    elsewhere.answer(body(b"\xff\xd8", headers={"Content-Type": "image/jpeg"}))
    account = VENDOR.open(http, {"url": str(server.url), "key": KEY}, "lib_1")
    await account.photos.picture(reference("asset", "asset_1"))
    async with account.photos.original("asset_1"):
        pass
    assert len(elsewhere.requests) == 2
    for request in elsewhere.requests:
        assert "Authorization" not in request.headers
        assert KEY not in str(request)
    assert all(request.headers["Authorization"] == f"Bearer {KEY}" for request in server.requests)


async def test_nothing_that_holds_secrets_prints_them(http: Http, server: Server):
    values = {"url": "https://api.example.com", "key": KEY}
    account = VENDOR.open(http, values, "lib_1")
    face = {**rows.FACE, "asset_urls": {"thumbnail": {"url": SIGNED}}}
    asset, person = wire.Asset.read(ASSET, "asset"), wire.Person.read(PERSON, "person")
    changes = [
        wire.Change.read(
            {**rows.CHANGE, "entity_type": kind, "entity_id": f"{kind}_1", "event_type": f"{kind}_created"}, "change"
        )
        for kind in ("asset", "face", "person")
    ]
    server.answer(
        json({"data": [face], "has_more": False}),
        json({"data": [ASSET], "has_more": False}),
        json({"data": [PERSON], "has_more": False}),
    )
    moments, _ = await Reader(GumnutClient(http, server.url, Secret(KEY)), "lib_1", Stale()).read(changes)
    assert len(moments) == 3
    hidden = [replace(moment, place=None) for moment in moments]  # a place of a camera is no secret elsewhere
    state = AccountState(people={"person_1": decode.person(person)})
    draft = AssetDraft(name=NAME, mime_type="image/jpeg", created=AT, modified=AT, device="d", device_asset="1")
    holders = [
        account,
        account.client,
        account.photos,
        asset,
        person,
        decode.asset(asset),
        decode.face(wire.Face.read(face, "face")),
        decode.album(wire.Album.read({**rows.ALBUM, "name": NAME}, "album")),
        hidden,
        state,
        draft,
        AssetQuery(text=NAME),
        reference("asset", "1", asset.asset_urls),
    ]
    for holder in holders:
        assert [secret for secret in SECRETS if secret in repr(holder) + str(holder)] == []


def test_these_tests_would_find_a_leak():
    def fail() -> None:
        try:
            raise KeyError(NAME)
        except KeyError:
            raise ValueError("harmless")  # noqa: B904  # the point

    with pytest.raises(ValueError) as caught:
        fail()
    assert leaks(caught.value) == [NAME]
    assert set(leaks(ValueError(KEY, NAME))) == {KEY, NAME}
