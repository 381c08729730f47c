"""Keys, and the libraries behind them."""

from urllib.parse import urlsplit

import pytest

from custom_components.video_analytics.vendors.contract import FieldKind
from custom_components.video_analytics.vendors.errors import (
    BadAddress,
    BadAnswer,
    NotFound,
    NotPermitted,
    SignInFailed,
    Unreachable,
)
from custom_components.video_analytics.vendors.gumnut import VENDOR
from custom_components.video_analytics.vendors.gumnut.client import GumnutClient
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.state import AccountIdentity, Wanted
from tests.simulator.client import Simulator
from tests.vendors.server import Server, json


def test_a_user_types_in_a_key_and_nothing_else():
    shown = [field for field in VENDOR.fields if not field.advanced]
    assert [(field.name, field.kind, field.secret) for field in shown] == [("key", FieldKind.PASSWORD, True)]
    hidden = {field.name: field.default for field in VENDOR.fields if field.advanced}
    assert hidden == {"url": "https://api.gumnut.ai", "verify_tls": True}
    assert urlsplit(VENDOR.docs_url).hostname == "docs.gumnut.ai"


async def test_each_library_is_an_account(http: Http, simulator: Simulator, values, library):
    other = await simulator.add_library("Holidays")
    assert await VENDOR.accounts(http, values) == (
        AccountIdentity(id=library, title="Harbour House", url=simulator.url),
        AccountIdentity(id=other, title="Holidays", url=simulator.url),
    )


async def test_a_library_in_the_trash_is_none(http: Http, simulator: Simulator, values, library):
    await simulator.patch_library(library, trashed=True)
    assert await VENDOR.accounts(http, values) == ()


async def test_a_key_of_some_libraries_shows_only_those(http: Http, simulator: Simulator, values):
    other = await simulator.add_library("Holidays")
    key = await simulator.key("add", libraries=[other])
    assert [found.id for found in await VENDOR.accounts(http, {**values, "key": key})] == [other]


async def test_a_new_key_opens_the_same_library(http: Http, simulator: Simulator, values, library):
    before = await VENDOR.accounts(http, values)
    values["key"] = await simulator.key("rotate")
    assert (await VENDOR.accounts(http, values))[0].is_same_account(before[0].id, frozenset())


@pytest.mark.parametrize("key", ["", "apikey_nobody", "with space", "mit-Ümläut", "two\nlines"])
async def test_other_keys_are_refused(http: Http, values, key):
    with pytest.raises(SignInFailed):
        await VENDOR.accounts(http, {**values, "key": key})


@pytest.mark.parametrize("shape", ["detail", "message", "object"])
async def test_a_revoked_key_is_refused_while_running(http: Http, simulator: Simulator, values, library, shape):
    await simulator.quirks(errors=shape)
    account = VENDOR.open(http, values, library)
    await simulator.key("revoke")
    with pytest.raises(SignInFailed):
        await account.fetch(None, Wanted())


async def test_a_user_who_is_not_active_is_refused(http: Http, simulator: Simulator, values):
    await simulator.patch_user_settings(is_active=False)
    with pytest.raises(SignInFailed):
        await VENDOR.accounts(http, values)


async def test_a_user_who_is_said_not_to_be_active_is_refused(http: Http, server: Server):
    server.answer(json({"id": "intuser_1", "is_active": False}))
    with pytest.raises(SignInFailed):
        await VENDOR.accounts(http, {"key": "k", "url": str(server.url)})


async def test_a_key_that_may_not_even_read_is_none(http: Http, simulator: Simulator, values):
    key = await simulator.key("add", actions=["write"])
    with pytest.raises(SignInFailed):
        await VENDOR.accounts(http, {**values, "key": key})


async def test_a_key_that_may_only_read_is_enough_for_the_state(http: Http, simulator: Simulator, values, library):
    key = await simulator.key("add", actions=["read"])
    account = VENDOR.open(http, {**values, "key": key}, library)
    assert (await account.fetch(None, Wanted())).library.items == 60
    with pytest.raises(NotPermitted):
        await account.photos.assign_face("face_1", None)


async def test_a_library_that_is_gone_is_not_found(http: Http, simulator: Simulator, values):
    with pytest.raises(NotFound):
        await VENDOR.open(http, values, "lib_gone").fetch(None, Wanted())


@pytest.mark.parametrize("url", ["", "ftp://example.com", "http://", "https://exa mple.com", "https://example.com:0"])
def test_an_address_that_is_none_is_said_to_be(http: Http, url):
    with pytest.raises(BadAddress):
        VENDOR.open(http, {"key": "k", "url": url}, "lib_1")


async def test_another_server_is_not_mistaken_for_gumnut(http: Http, server: Server):
    server.answer(json(["hello"]))
    with pytest.raises(BadAnswer):
        await VENDOR.accounts(http, {"key": "k", "url": str(server.url)})


async def test_nobody_there(http: Http):
    with pytest.raises(Unreachable):
        await VENDOR.accounts(http, {"key": "k", "url": "http://127.0.0.1:9"})


@pytest.mark.parametrize("shape", ["text", "json"])
async def test_ping(simulator: Simulator, client: GumnutClient, shape):
    await simulator.quirks(ping=shape)
    assert await client.libraries.ping()


async def test_what_says_something_else_is_not_gumnut(server: Server, faked: GumnutClient):
    server.answer(json({"ping": "pong"}))
    assert not await faked.libraries.ping()


async def test_the_user(client: GumnutClient):
    user = await client.libraries.me()
    assert (user.first_name, user.is_active, user.face_detection_preference) == ("Anna", True, True)
    assert user.storage_limit_bytes == 50_000_000_000
