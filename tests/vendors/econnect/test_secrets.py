"""What nobody may read in a log, an exception or a `repr`, whatever goes wrong."""

from collections.abc import Awaitable, Callable
import logging
import traceback
from typing import Any

import pytest

from custom_components.video_analytics.vendors.budget import Budget, Pace
from custom_components.video_analytics.vendors.econnect import VENDOR, wire
from custom_components.video_analytics.vendors.econnect.client import EconnectClient
from custom_components.video_analytics.vendors.econnect.detections import moment
from custom_components.video_analytics.vendors.econnect.tokens import EconnectTokens
from custom_components.video_analytics.vendors.errors import Rejected, VendorError
from custom_components.video_analytics.vendors.form import FormFile
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.databases import PeopleQuery
from custom_components.video_analytics.vendors.models.moments import EventQuery
from custom_components.video_analytics.vendors.models.state import Part, Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.simulator.client import Simulator
from tests.vendors.server import Answer, Server, body, bytes_of_another_protocol, cut_off, json, redirect

from .calls import AT, CALLS, PERSON
from .examples import example
from .listener import Listener
from .test_anything import ROW, TAG

PASSWORD = "Pa55word-nobody-may-see"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzZWNyZXQiOjF9.c2VjcmV0"
NAME = "Zinaida"
FIELD = "Diamond-tier"
IMAGE = "/9j/4AAQSkZJRgABAQ=="
SECRETS = (PASSWORD, TOKEN, NAME, FIELD, IMAGE)
LEAKY = f'{{"title": "{NAME} {FIELD}", "token": "{TOKEN}", "password": "{PASSWORD}", "image": "{IMAGE}"}}'
(DETECTION,) = example("detections_of_person").response["body"]
NAMED = {**ROW, "aliases": [{"firstName": NAME, "lastName": FIELD}]}

ANSWERS: dict[str, Answer] = {
    **{str(status): body(LEAKY, status) for status in (400, 401, 403, 404, 409, 410, 422, 429, 500, 503)},
    "broken": body(LEAKY[:-1]),
    "HTML": body(f"<html>{LEAKY}</html>"),
    "text": body(f"{NAME} {TOKEN}"),
    "cut off": cut_off(LEAKY.encode(), 1000),
    "not HTTP": bytes_of_another_protocol(LEAKY.encode()),
    "redirect": redirect(f"https://example.com/?token={TOKEN}"),
    "another type": json([[TOKEN, NAME]]),
    "another object": json({NAME: FIELD}),
    "a person": json({**NAMED, "aliases": NAME}),
    "a person's name": json({**NAMED, "aliases": [{"firstName": {"x": NAME}}]}),
    "people": json([{**NAMED, "tags": [{"tagId": [NAME]}]}]),
    "tags": json([{**TAG, "disabled": NAME}]),
    "detections": json([{**DETECTION, "dateTimeUtc": NAME, "image": IMAGE}]),
    "an enrolment": json({"personId": [NAME]}),
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


@pytest.fixture
def client(http: Http, server: Server) -> EconnectClient:
    """A client that has signed in."""
    tokens = EconnectTokens(http, server.url, "user", Secret(PASSWORD))
    tokens._keep({"token": TOKEN}, "sign in")
    return EconnectClient(http, server.url, tokens)


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_no_error_of_a_call_tells_a_secret(client: EconnectClient, http: Http, server: Server, caplog, answer):
    caplog.set_level(logging.DEBUG)
    server.answer(answer)
    errors = []
    calls = {**CALLS, "field": lambda client: client.people.with_field("Tier", FIELD)}
    for name, call in calls.items():
        http.budget = Budget(Pace(1000, 1000))  # a 429 asks to wait
        if error := await tried(lambda call=call: call(client)):
            assert leaks(error) == [], name
            errors.append(error)
    assert errors
    assert [secret for secret in SECRETS if secret in caplog.text] == []


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_no_error_of_an_account_tells_a_secret(http: Http, server: Server, caplog, answer):
    caplog.set_level(logging.DEBUG)
    values = {"url": str(server.url), "username": "user", "password": PASSWORD}
    wanted = Wanted({Part.PERSON: frozenset({PERSON})})
    for answers in ([answer], [json({"token": TOKEN}), answer]):
        server.answer(*answers)
        account = VENDOR.open(http, values, "id")
        for call in (
            lambda: VENDOR.accounts(http, values),
            lambda account=account: account.fetch(None, wanted),
            lambda account=account: account._people.choices(PeopleQuery(field_name="Tier", field_value=FIELD)),
            lambda account=account: account._people.tags(),
        ):
            http.budget = Budget(Pace(1000, 1000))
            if error := await tried(call):
                assert leaks(error) == []
        await account.close()
    assert [secret for secret in SECRETS if secret in caplog.text] == []


async def test_the_vendors_reason_does_not_repeat_who_asked(client: EconnectClient, server: Server):
    server.answer(json({"detail": f"the token {TOKEN} of {PASSWORD} is not for this"}, 400))
    with pytest.raises(Rejected) as caught:
        await client.people.get(PERSON)
    assert caught.value.reason == "the token … of … is not for this"


async def test_a_whole_life_logs_no_secret(simulator: Simulator, account, anna, caplog):
    caplog.set_level(logging.DEBUG)
    await account.fetch(None, Wanted({Part.PERSON: frozenset({anna})}))
    listener = Listener(account, anna)
    await listener.ready()
    await simulator.advance(600)
    await listener.has(1)
    await listener.stop()
    password = simulator.credentials["password"]
    token = account._tokens._token.text.reveal()
    assert [secret for secret in (password, token, "Lindqvist") if secret in caplog.text] == []
    assert not any(request["leaked_key"] for request in await simulator.requests())


def test_nothing_that_holds_secrets_prints_them(http: Http):
    tokens = EconnectTokens(
        http, VENDOR._open(http, {"url": "x", "username": "u", "password": "p"})._base, "u", Secret(PASSWORD)
    )
    tokens._keep({"token": TOKEN}, "sign in")
    account = VENDOR.open(http, {"url": "faces", "username": "u", "password": PASSWORD}, "id")
    person = account._known.learn(NAMED)
    told = moment({**DETECTION, "image": IMAGE, "who": NAME}, PERSON, person)
    holders = [
        tokens,
        tokens.secrets,
        tokens._token,
        account,
        account.client,
        person,
        told,
        told.picture,
        wire.Person.read(NAMED, "person"),
        wire.Detection.read(DETECTION, "detection"),
        PeopleQuery(field_name="Tier", field_value=FIELD, name=NAME),
        FormFile(NAME, FIELD.encode()),
        EventQuery(person=PERSON, start=AT, end=AT),
    ]
    for holder in holders:
        assert [secret for secret in SECRETS if secret in repr(holder) + str(holder)] == []
