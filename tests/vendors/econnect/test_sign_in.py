"""User and password for a token: one sign-in at a time, renewed before the token ends, repeated when it is refused."""

import asyncio
from base64 import urlsafe_b64encode
import json as plain_json

import aiohttp
from hypothesis import given, strategies as st
import pytest

from custom_components.video_analytics.vendors.econnect import VENDOR, server_url, tokens as tokens_module
from custom_components.video_analytics.vendors.econnect.tokens import expiry
from custom_components.video_analytics.vendors.errors import (
    BadAddress,
    BadAnswer,
    NotPermitted,
    SignInFailed,
    Unreachable,
)
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.state import Wanted
from tests.simulator.client import Simulator
from tests.vendors.server import Server, json
from tests.vendors.strategies import json_values, thorough

from .conftest import ALL, USER, asked, sign_ins


async def test_an_account_introduces_itself(simulator: Simulator, http: Http, values):
    (identity,) = await VENDOR.accounts(http, values)
    assert identity.title == "eConnect 127.0.0.1"
    assert identity.url == simulator.url
    assert identity.proof
    (again,) = await VENDOR.accounts(http, values)
    assert again == identity


async def test_the_same_server_at_another_address_proves_itself(simulator: Simulator, http: Http, values):
    (identity,) = await VENDOR.accounts(http, values)
    (server,) = await simulator.servers()
    elsewhere = {**values, "url": str(server["secure_url"])}
    with pytest.raises(Unreachable, match="certificate"):
        await VENDOR.accounts(http, elsewhere)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as session:
        (other,) = await VENDOR.accounts(Http(session), elsewhere)
    assert other.id != identity.id
    assert other.is_same_account(identity.id, identity.proof)


async def test_without_the_right_to_read_tags_there_is_no_proof(simulator: Simulator, http: Http, values):
    await simulator.permit("Read Detections", username=USER)
    (identity,) = await VENDOR.accounts(http, values)
    assert identity.proof == frozenset()


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("venue.econnectcloud.com", "https://venue.econnectcloud.com/identities"),
        ("https://venue.econnectcloud.com/", "https://venue.econnectcloud.com/identities"),
        ("https://venue.econnectcloud.com/identities/", "https://venue.econnectcloud.com/identities"),
        ("montana.econnectclouddev.com", "https://montana.econnectclouddev.com/identities"),
        ("192.0.2.10", "https://192.0.2.10:5009"),
        ("faces.example.com:6000", "https://faces.example.com:6000"),
        ("http://192.0.2.10:6009", "http://192.0.2.10:6009"),
        ("https://proxy.example.com/faces", "https://proxy.example.com/faces"),
        ("[2001:db8::1]", "https://[2001:db8::1]:5009"),
    ],
)
def test_addresses(typed, url):
    assert str(server_url(typed)).rstrip("/") == url


@pytest.mark.parametrize("typed", ["", "https://", "ftp://x", "a b"])
def test_what_is_no_address(http: Http, typed):
    with pytest.raises(BadAddress):
        VENDOR.open(http, {"url": typed, "username": "u", "password": "p"}, "id")


@pytest.mark.parametrize("status", ["400", "401", "403"])
async def test_a_wrong_password(simulator: Simulator, http: Http, values, status):
    await simulator.quirks(wrong_password=status)
    with pytest.raises(SignInFailed) as caught:
        await VENDOR.accounts(http, {**values, "password": "wrong"})
    assert "wrong" not in str(caught.value)
    assert await asked(simulator) == ["/api/v1/authenticate"]


async def test_another_address_than_that_of_the_api(simulator: Simulator, http: Http, values):
    with pytest.raises(BadAnswer):
        await VENDOR.accounts(http, {**values, "url": simulator.url.removesuffix("/identities")})


async def test_many_requests_wait_for_one_sign_in(simulator: Simulator, account, anna):
    await simulator.fault("authenticate", latency=0.2)
    await asyncio.gather(*(account.client.people.get(anna) for _ in range(20)))
    assert await sign_ins(simulator) == 1
    await simulator.forget_tokens()
    await asyncio.gather(*(account.client.people.get(anna) for _ in range(20)))
    assert await sign_ins(simulator) == 2


async def test_who_stops_waiting_does_not_stop_the_others(simulator: Simulator, account, anna):
    await simulator.fault("authenticate", latency=0.3)
    tasks = [asyncio.create_task(account.client.people.get(anna)) for _ in range(3)]
    await asyncio.sleep(0.1)
    tasks[0].cancel()
    assert len(await asyncio.gather(*tasks[1:])) == 2
    assert await sign_ins(simulator) == 1


async def test_a_token_is_renewed_without_the_password_before_it_ends(simulator: Simulator, account, anna):
    await simulator.settings(token_seconds=600)
    await account.client.people.get(anna)
    await simulator.advance(500)
    await account.client.people.get(anna)
    assert len(await asked(simulator, "renewToken")) == 0
    await simulator.advance(50)
    await account.client.people.get(anna)
    await account.client.people.get(anna)
    assert len(await asked(simulator, "renewToken")) == 1
    await simulator.advance(400)  # beyond the end of the first one
    await account.client.people.get(anna)
    assert await sign_ins(simulator) == 1
    assert all(request["status"] == 200 for request in await simulator.requests())


async def test_a_token_that_has_ended_is_followed_by_a_sign_in(simulator: Simulator, account, anna):
    await account.client.people.get(anna)
    await simulator.advance(4000)
    await account.client.people.get(anna)
    assert await sign_ins(simulator) == 2


async def test_a_token_that_does_not_say_when_it_ends_is_used_until_it_is_refused(simulator, account, anna):
    await simulator.quirks(expiry=False)
    await account.client.people.get(anna)
    await simulator.advance(4000)
    await account.client.people.get(anna)
    assert await sign_ins(simulator) == 2
    assert [request["status"] for request in await simulator.requests()] == [200, 200, 401, 200, 200]


async def test_a_server_that_renews_nothing(simulator: Simulator, account, anna):
    await simulator.quirks(renewal=False)
    await account.client.people.get(anna)
    await simulator.advance(250)
    await account.client.people.get(anna)  # whose answer tells the time
    await account.client.people.get(anna)
    assert await sign_ins(simulator) == 2


async def test_a_renewal_that_is_not_answered_does_not_matter_yet(simulator: Simulator, account, anna):
    await account.client.people.get(anna)
    await simulator.advance(250)
    await account.client.people.get(anna)  # whose answer tells the time
    await simulator.fault("renewToken", status=503)
    await account.client.people.get(anna)
    assert await asked(simulator, "renewToken")
    assert await sign_ins(simulator) == 1


async def test_a_restart_of_the_server(simulator: Simulator, account, anna):
    await account.client.people.get(anna)
    await simulator.refuse()
    with pytest.raises(Unreachable):
        await account.client.people.get(anna)
    await simulator.refuse(False)
    await account.client.people.get(anna)
    assert await sign_ins(simulator) == 2


@pytest.mark.parametrize("seconds", [-7200, 7200])
async def test_a_server_whose_clock_is_wrong(simulator: Simulator, account, anna, seconds):
    await simulator.advance(seconds)
    for _ in range(3):
        await account.client.people.get(anna)
    assert await sign_ins(simulator) == 1
    await simulator.advance(250)
    await account.client.people.get(anna)
    await account.client.people.get(anna)
    assert await sign_ins(simulator) <= 2


async def test_a_changed_password_is_not_tried_again_and_again(simulator: Simulator, account, anna, monkeypatch):
    await account.client.people.get(anna)
    await simulator.key("rotate")
    await simulator.forget_requests()
    for _ in range(5):
        with pytest.raises(SignInFailed):
            await account.client.people.get(anna)
    assert len(await asked(simulator, "authenticate")) == 1
    monkeypatch.setattr(tokens_module, "monotonic", lambda: 1e12)
    with pytest.raises(SignInFailed):
        await account.fetch(None, Wanted())
    assert len(await asked(simulator, "authenticate")) == 2


async def test_a_missing_permission_is_named_as_the_vendor_does(simulator: Simulator, account, anna):
    await simulator.permit(*(name for name in ALL if name != "Read All Identity"), username=USER)
    with pytest.raises(NotPermitted) as caught:
        await account.client.people.get(anna)
    assert caught.value.permission == "Read All Identity (Identities)"
    assert "Read All Identity (Identities)" in str(caught.value)
    assert await sign_ins(simulator) == 1


@pytest.mark.parametrize("answer", [{}, {"token": None}, {"token": ""}, {"token": "a\nb"}, {"token": 5}, [], None])
async def test_a_sign_in_without_a_token(http: Http, server: Server, answer):
    server.answer(json(answer))
    with pytest.raises(BadAnswer):
        await VENDOR.accounts(http, {"url": str(server.url), "username": "u", "password": "p"})


def jwt(claims: object) -> str:
    """Return a token."""
    return f"e30.{urlsafe_b64encode(plain_json.dumps(claims).encode()).decode().rstrip('=')}.c2ln"


def test_when_a_token_ends():
    assert expiry(jwt({"exp": 1780000000})) == 1780000000
    assert expiry(jwt({"exp": 1780000000.5})) == 1780000000.5
    for claims in ({}, {"exp": None}, {"exp": "soon"}, {"exp": True}, [], "exp", 5):
        assert expiry(jwt(claims)) is None


@thorough
@given(st.text() | json_values.map(jwt) | st.tuples(st.text(), st.text(), st.text()).map(".".join))
def test_any_token_has_an_end_or_none(token):
    ends = expiry(token)
    assert ends is None or isinstance(ends, float)
