"""What nobody may read in a log, an exception or a `repr`, whatever goes wrong."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
import logging
import traceback
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.video_analytics.vendors import load
from custom_components.video_analytics.vendors.budget import Budget
from custom_components.video_analytics.vendors.errors import Rejected, VendorError
from custom_components.video_analytics.vendors.faceter import wire
from custom_components.video_analytics.vendors.faceter.account import Addresses, FaceterAccount
from custom_components.video_analytics.vendors.faceter.client import FaceterClient
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.media import StreamKind
from custom_components.video_analytics.vendors.models.state import Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.conftest import KEY
from tests.vendors.server import Answer, Server, body, bytes_of_another_protocol, cut_off, json, redirect
from tests.vendors.strategies import json_values, over_http

from .conftest import Cloud, camera_id, camera_row
from .examples import example
from .test_examples import CALLS

TOKEN = "t0ken"
PLATE = "A123BC77"
NAME = "Zinaida"
SIGNED = f"https://media.example.com/a.jpg?token={TOKEN}"
SECRETS = (KEY, TOKEN, PLATE, NAME)
LEAKY = f'{{"key": "{KEY}", "url": "{SIGNED}", "plate": "{PLATE}", "name": "{NAME}"}}'


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
    **{str(status): body(LEAKY, status) for status in (400, 401, 403, 404, 409, 410, 422, 429, 500, 503)},
    "broken": body(LEAKY[:-1]),
    "HTML": body(f"<html>{LEAKY}</html>"),
    "text": body(f"{NAME} {PLATE} {KEY}"),
    "cut off": cut_off(LEAKY.encode(), 1000),
    "not HTTP": bytes_of_another_protocol(LEAKY.encode()),
    "redirect": redirect(SIGNED),
    "redirect to nowhere": redirect(f"nowhere:{TOKEN}"),
    "another type": json([[SIGNED, PLATE, NAME]]),
    "another object": json({PLATE: NAME}),
    "cameras": json([{**camera_row(), "title": NAME, "previewUrl": SIGNED, "isOnline": PLATE}]),
    "a camera": json({**camera_row(), "title": NAME, "location": PLATE}),
    "events": json({"items": [{**example("events").response["body"]["items"][0], "startTime": PLATE}]}),
    "an attribute": json({"items": [{"id": "1", "type": "x", "attributes": [{"key": [PLATE], "value": NAME}]}]}),
    "a list": json({"items": PLATE, "hasMore": NAME}),
    "more": json({"items": [], "hasMore": NAME}),
    "a recording": json([{"startDate": SIGNED, "durationSeconds": PLATE}]),
    "an export": json({"exportId": "1", "status": {"x": NAME}, "videoUrl": SIGNED}),
    "validation": json({"isValid": PLATE}),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_no_error_of_a_call_tells_a_secret(client: FaceterClient, http: Http, server: Server, caplog, answer):
    caplog.set_level(logging.DEBUG)
    server.answer(answer)
    errors = []
    for name, call in CALLS.items():
        http.budget = Budget()  # a 429 asks to wait
        if error := await tried(lambda call=call: call.call(client)):
            assert leaks(error) == [], name
            errors.append(error)
    assert errors
    assert [secret for secret in SECRETS if secret in caplog.text] == []


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_no_error_of_an_account_tells_a_secret(
    account: FaceterAccount, http: Http, cloud: Cloud, server: Server, elsewhere: Server, caplog, answer
):
    caplog.set_level(logging.DEBUG)
    elsewhere.answer(answer)
    await account.fetch(None, Wanted())
    errors = [await tried(lambda: account.stills.still(camera_id(1)))]
    server.answer(answer)
    for call in (
        lambda: load("faceter").accounts(http, {"url": str(server.url), "key": KEY}),
        lambda: account.fetch(None, Wanted()),
        lambda: account.live.open(camera_id(1), StreamKind.MAIN),
    ):
        http.budget = Budget()  # a 429 asks to wait
        errors.append(await tried(call))
    errors = [error for error in errors if error]
    assert errors
    for error in errors:
        assert leaks(error) == []
    assert [secret for secret in SECRETS if secret in caplog.text] == []


@over_http
@given(st.integers(200, 599).filter(lambda status: status not in {204, 304}), st.data())
async def test_no_answer_whatever_makes_an_error_that_tells(client: FaceterClient, http: Http, server, status, data):
    secret = st.sampled_from([KEY, SIGNED, PLATE, NAME, f"the key {KEY} is bad", f"{NAME} at {SIGNED}"])
    leaf = secret | json_values
    value = data.draw(
        leaf | st.lists(leaf, max_size=3) | st.dictionaries(secret | st.sampled_from(["id", "items"]), leaf, max_size=3)
    )
    server.answer(json(value, status))
    http.budget = Budget()  # a 429 asks to wait
    call = CALLS[data.draw(st.sampled_from(sorted(CALLS)))]
    if error := await tried(lambda: call.call(client)):
        assert leaks(error) == []


@pytest.mark.parametrize("key", ["detail", "title", "message", "ErrorMessage", "error"])
@pytest.mark.parametrize(
    "text", [f"{KEY} is unknown", f"cannot read {SIGNED}", f"key={KEY}&{SIGNED} {SIGNED}", KEY * 20]
)
async def test_the_vendors_reason_is_told_without_keys_and_addresses(client: FaceterClient, server: Server, key, text):
    server.answer(json({key: text}, 400))
    with pytest.raises(Rejected) as caught:
        await client.validate_key()
    assert leaks(caught.value) == []
    assert [secret for secret in SECRETS if secret in caught.value.reason] == []
    assert "…" in caught.value.reason


async def test_an_error_names_no_query(client: FaceterClient, server: Server):
    server.answer(body(status=400))
    error = await tried(lambda: CALLS["events"].call(client))
    assert str(error) == "GET /v1/cameras/3fa85f64-5717-4562-b3fc-2c963f66afa6/events: HTTP 400"


async def test_a_refused_connection_tells_nothing(http: Http, server: Server, caplog):
    caplog.set_level(logging.DEBUG)
    values = {"url": "http://127.0.0.1:9", "key": KEY}
    error = await tried(lambda: load("faceter").accounts(http, values))
    assert leaks(error) == []
    error = await tried(lambda: http.picture(Secret(f"http://127.0.0.1:9/a.jpg?token={TOKEN}"), "preview"))
    assert leaks(error) == []
    assert [secret for secret in SECRETS if secret in caplog.text] == []


def test_an_address_with_a_password_is_not_repeated(http: Http):
    with pytest.raises(VendorError) as caught:
        load("faceter").open(http, {"url": f"https://{NAME}:{KEY}@", "key": KEY}, "id")
    assert leaks(caught.value) == []


async def test_nothing_that_holds_secrets_prints_them(account: FaceterAccount, http: Http, cloud: Cloud):
    await account.fetch(None, Wanted())
    values = {"url": "https://cloud.example.com", "key": KEY}
    event = {**example("events").response["body"]["items"][0], "previewUrl": SIGNED, "attributes": [{PLATE: NAME}]}
    holders = [
        account,
        account.client,
        account.addresses,
        account.live.addresses(camera_id(1), StreamKind.MAIN),
        load("faceter").open(http, values, "id"),
        Addresses(camera_row(previewUrl=SIGNED, liveHlsUrl=SIGNED), datetime.now(UTC)),
        wire.Camera.read(camera_row(title=NAME, previewUrl=SIGNED, serialNumber=PLATE), "camera"),
        wire.Events(items=(wire.Event.read(event, "event"),), has_more=False),
        wire.Export.read({"exportId": "1", "status": "x", "videoUrl": SIGNED, "errorMessage": NAME}, "export"),
    ]
    for holder in holders:
        assert [secret for secret in SECRETS if secret in repr(holder) + str(holder)] == []


def test_these_tests_would_find_a_leak():
    def fail() -> None:
        try:
            raise KeyError(PLATE)
        except KeyError:
            raise ValueError("harmless")  # noqa: B904  # the point

    with pytest.raises(ValueError) as caught:
        fail()
    assert leaks(caught.value) == [PLATE]
    assert set(leaks(ValueError(KEY, NAME))) == {KEY, NAME}
