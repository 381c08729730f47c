"""Who asks, and what a refusal means."""

from base64 import b64decode
from hashlib import md5

import pytest

from custom_components.video_analytics.vendors.eocortex import VENDOR
from custom_components.video_analytics.vendors.eocortex.account import EocortexAccount
from custom_components.video_analytics.vendors.eocortex.client import EocortexClient
from custom_components.video_analytics.vendors.eocortex.credentials import Credentials
from custom_components.video_analytics.vendors.errors import BadAddress, BadAnswer, SignInFailed, Unreachable
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.server import Server, body, json

from .conftest import HASH, LOGIN, PASSWORD
from .system import SYSTEM, System

BOTH_REASONS = r"the login or the password is wrong, or the server's licence is not activated$"


def values(system: System, **changes: object) -> dict[str, object]:
    """Return what is filled in."""
    return {
        "url": f"127.0.0.1:{system.servers[0].url.port}",
        "login": LOGIN,
        "password": PASSWORD,
        "user_type": "internal",
        "verify_tls": True,
        **changes,
    }


def basic(header: str) -> str:
    """Return what Basic carries."""
    scheme, token = header.split()
    assert scheme == "Basic"
    return b64decode(token).decode()


@pytest.mark.parametrize(
    ("password", "sent"),
    [
        ("1234", "81dc9bdb52d04dc20036dbd8313ed055"),  # the guide's own example
        (PASSWORD, HASH),
        ("", ""),
        ("пароль", md5("пароль".encode(), usedforsecurity=False).hexdigest()),
    ],
)
async def test_a_user_of_the_system_sends_the_hash(http: Http, system: System, password, sent):
    (identity,) = await VENDOR.accounts(http, values(system, password=password))
    (request,) = system.servers[0].requests
    assert basic(request.headers["Authorization"]) == f"{LOGIN}:{sent}"
    assert "UserType" not in request.headers
    assert request.query == (("responsetype", "json"),)
    assert identity.id == SYSTEM


async def test_a_password_may_be_left_out(http: Http, system: System):
    without = values(system)
    del without["password"]
    await VENDOR.accounts(http, without)
    assert basic(system.servers[0].requests[0].headers["Authorization"]) == f"{LOGIN}:"


async def test_a_user_of_the_directory_sends_the_password(http: Http, system: System):
    login = "novikov@ent.eocortex.com"
    await VENDOR.accounts(http, values(system, login=login, password="password", user_type="active_directory"))
    (request,) = system.servers[0].requests
    assert basic(request.headers["Authorization"]) == f"{login}:password"
    assert request.headers["UserType"] == "ActiveDirectory"


def test_addresses_for_players_carry_the_credentials_as_the_guide_says():
    assert Credentials("user", Secret("1234")).query == {
        "login": "user",
        "password": "81dc9bdb52d04dc20036dbd8313ed055",
    }
    assert Credentials("user", Secret("")).query == {"login": "user"}
    assert Credentials("novikov@ent.eocortex.com", Secret("password"), in_directory=True).query == {
        "login": "novikov@ent.eocortex.com",
        "usertype": "ActiveDirectory",
        "password": "cGFzc3dvcmQ=",
    }


async def test_the_system_introduces_itself(http: Http, system: System):
    (identity,) = await VENDOR.accounts(http, values(system))
    assert (identity.title, identity.url) == ("Eocortex Server 1", str(system.servers[0].url))
    assert identity.proof is None
    assert system.servers[1].requests == []
    account = VENDOR.open(http, values(system), identity.id)
    assert len(system.servers[0].requests) == 1
    await account.close()


@pytest.mark.parametrize("servers", [[], None, [{"Id": "s"}]])
async def test_a_system_whose_server_has_no_name(account: EocortexAccount, system: System, servers):
    system.configuration = {"Servers": servers, "SenderId": None}
    assert (await account.identify()).title == "Eocortex"


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("192.168.100.50", "http://192.168.100.50:8080"),
        ("vms.example.com:81", "http://vms.example.com:81"),
        ("https://vms.example.com", "https://vms.example.com"),
        ("http://vms.example.com/eocortex/", "http://vms.example.com/eocortex"),
    ],
)
def test_an_address_is_completed(http: Http, system: System, typed, url):
    account = VENDOR.open(http, values(system, url=typed), "")
    assert [str(address) for address in account._servers.entry.addresses] == [url]


@pytest.mark.parametrize("url", ["", "ftp://vms", "my server"])
async def test_an_address_that_is_none_is_said_so(http: Http, system: System, url):
    with pytest.raises(BadAddress, match=r"^url: "):
        await VENDOR.accounts(http, values(system, url=url))


async def test_a_login_that_cannot_be_sent(http: Http, system: System):
    with pytest.raises(SignInFailed, match="colon"):
        await VENDOR.accounts(http, values(system, login="a:b"))
    assert system.servers[0].requests == []


PAGES = [
    "<html><body>Sign in</body></html>",
    "\ufeff<!DOCTYPE html>\n<html>",
    "  <HTML>",
    "<!-- served by Eocortex --> <!doctype html><p>",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("status", [200, 401])
async def test_a_page_to_sign_in_is_a_refusal(client: EocortexClient, server: Server, page, status):
    server.answer(body(page, status, {"Content-Type": "text/html"}))
    with pytest.raises(SignInFailed, match=BOTH_REASONS):
        await client.root.configuration()
    assert len(server.requests) == 1


async def test_everybody_may_read_the_configuration_so_that_a_403_is_a_refusal(client: EocortexClient, server: Server):
    server.answer(json({"ErrorMessage": "Resource is forbidden for user"}, 403))
    with pytest.raises(SignInFailed, match=rf"HTTP 403; {BOTH_REASONS}"):
        await client.root.configuration()


async def test_a_401_may_also_mean_the_licence(client: EocortexClient, server: Server):
    server.answer(json({"ErrorMessage": "?"}, 401))
    for call in (
        client.root.configuration(),
        client.webapi.license(),
        client.root.site("cam"),
        client.configure.set_module("cam", "visitors", {}),
    ):
        with pytest.raises(SignInFailed, match=rf"HTTP 401; {BOTH_REASONS}"):
            await call


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (body("<?xml version='1.0'?><Configuration/>"), BadAnswer),
        (body("<Configuration/>"), BadAnswer),
        (json([]), BadAnswer),
        (json({"SenderId": "x"}), BadAnswer),
        (json({"Id": ""}), BadAnswer),
        (json({"Id": "x", "Channels": 5}), BadAnswer),
        (json({"Id": "x", "Servers": [{"Name": "without an id"}]}), BadAnswer),
        (json({"Id": "x", "RootSecObject": {"ChildChannels": "x"}}), BadAnswer),
        (json({"Id": "x", "RootSecObject": 1}), BadAnswer),
        (json({}, 403), SignInFailed),
        (json({}, 500), Unreachable),
    ],
)
async def test_signing_in_fails(http: Http, server: Server, credentials: Credentials, answer, error):
    server.answer(answer)
    account = EocortexAccount(http, server.url, credentials)
    with pytest.raises(error):
        await account.identify()
