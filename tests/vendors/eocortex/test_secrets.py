"""What nobody may read in a log, an exception or a `repr`, whatever goes wrong."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
import logging
import traceback
from typing import Any

import pytest

from custom_components.video_analytics.vendors.budget import Budget, Pace
from custom_components.video_analytics.vendors.eocortex import VENDOR
from custom_components.video_analytics.vendors.eocortex.account import EocortexAccount
from custom_components.video_analytics.vendors.eocortex.client import EocortexClient
from custom_components.video_analytics.vendors.eocortex.client.events import Chunks
from custom_components.video_analytics.vendors.eocortex.credentials import Credentials
from custom_components.video_analytics.vendors.eocortex.wire.configuration import Channel, Configuration
from custom_components.video_analytics.vendors.errors import Rejected, VendorError
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.media import StreamKind
from custom_components.video_analytics.vendors.models.state import Part, Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.server import Answer, Server, body, bytes_of_another_protocol, cut_off, json, redirect

from .calls import CALLS
from .conftest import HASH, LOGIN, PASSWORD
from .examples import example
from .system import System, camera_id, channel

NAME = "Zinaida"
DATABASE = "masterkey"
ENCODED = b64encode(PASSWORD.encode()).decode()
BASIC = b64encode(f"{LOGIN}:{HASH}".encode()).decode()
SECRETS = (PASSWORD, HASH, ENCODED, BASIC, NAME, DATABASE)
LEAKY = f'{{"ErrorMessage": "{NAME} {DATABASE}", "password": "{HASH}", "plain": "{PASSWORD}", "basic": "{BASIC}"}}'

PERIOD = (datetime(2026, 4, 10, tzinfo=UTC), datetime(2026, 4, 11, tzinfo=UTC))


async def read(opening: Chunks) -> list[bytes]:
    """Read a stream."""
    async with opening as chunks:
        return [chunk async for chunk in chunks]


ALL_CALLS: dict[str, Callable[[EocortexClient], Awaitable[Any]]] = {
    **{name: call.call for name, call in CALLS.items()},
    "root.configuration": lambda client: client.root.configuration(),
    "root.channels_states": lambda client: client.root.channels_states(),
    "root.site": lambda client: client.root.site("cam"),
    "root.hls": lambda client: client.root.hls("cam"),
    "events.kinds": lambda client: client.events.kinds(),
    "events.registered": lambda client: client.events.registered(),
    "events.search": lambda client: client.events.search(["a"], *PERIOD, channels=["b"], from_begin=True, limit=5),
    "events.raise_external": lambda client: client.events.raise_external("cam", "name"),
    "events.stream": lambda client: read(client.events.stream()),
    "events.archive": lambda client: read(client.events.archive("a", *PERIOD)),
    "configure.set_module": lambda client: client.configure.set_module("cam", "visitors", example("visitors")),
}
ANSWERS: dict[str, Answer] = {
    **{str(status): body(LEAKY, status) for status in (400, 401, 403, 404, 409, 410, 422, 429, 500, 503)},
    "broken": body(LEAKY[:-1]),
    "HTML": body(f"<html>{LEAKY}</html>"),
    "text": body(f"{NAME} {HASH} {PASSWORD}"),
    "cut off": cut_off(LEAKY.encode(), 1000),
    "not HTTP": bytes_of_another_protocol(LEAKY.encode()),
    "redirect": redirect(f"http://127.0.0.1:9/?password={HASH}"),
    "another type": json([[HASH, NAME]]),
    "another object": json({"Id": {"x": NAME}, "Enabled": DATABASE, "ChannelId": [HASH]}),
    "a list": json([{"Id": "1", "Name": {"x": NAME}, "Disabled": DATABASE}]),
    "a configuration": json({"Id": "1", "Servers": [{"Id": "2", "PrimaryPort": NAME}], "Channels": HASH}),
    "a tree": json({"Id": "1", "RootSecObject": {"ChildChannels": NAME, "ChildSecObjects": HASH}}),
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


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_no_error_of_a_call_tells_a_secret(client: EocortexClient, http: Http, server: Server, caplog, answer):
    caplog.set_level(logging.DEBUG)
    server.answer(answer)
    errors = []
    for name, call in ALL_CALLS.items():
        http.budget = Budget(Pace(1000, 1000))  # a 429 asks to wait
        if error := await tried(lambda call=call: call(client)):
            assert leaks(error) == [], name
            errors.append(error)
    assert errors
    assert [secret for secret in SECRETS if secret in caplog.text] == []


@pytest.mark.parametrize("in_directory", [False, True])
async def test_the_vendors_reason_does_not_repeat_who_asked(http: Http, server: Server, in_directory):
    client = EocortexClient(http, server.url, Credentials(LOGIN, Secret(PASSWORD), in_directory=in_directory))
    server.answer(json({"ErrorMessage": f"License error: {HASH} {PASSWORD} {ENCODED} login=http://x/?password=1"}, 400))
    with pytest.raises(Rejected) as caught:
        await client.api.channels()
    assert caught.value.reason == "License error: … … … login=…"


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_no_error_of_an_account_tells_a_secret(http: Http, server: Server, caplog, answer):
    caplog.set_level(logging.DEBUG)
    server.answer(answer)
    values = {"url": str(server.url), "login": LOGIN, "password": PASSWORD}
    account = VENDOR.open(http, values, "id")
    for call in (lambda: VENDOR.accounts(http, values), lambda: account.fetch(None, Wanted())):
        http.budget = Budget(Pace(1000, 1000))
        error = await tried(call)
        assert error
        assert leaks(error) == []
    assert [secret for secret in SECRETS if secret in caplog.text] == []


async def test_a_whole_life_logs_no_secret(account: EocortexAccount, system: System, caplog):
    caplog.set_level(logging.DEBUG)
    system.channels = [channel(1, Name=NAME)]
    camera = camera_id(1)
    wanted = Wanted({Part.CAMERA_STATUS: frozenset({camera}), Part.MODULES: frozenset({camera})})
    await account.fetch(None, wanted)
    await account.live.open(camera, StreamKind.MAIN)
    await account.stills.still(camera)
    await account.modules.set_enabled(camera, "facescomplete", on=False)
    assert [secret for secret in SECRETS if secret in caplog.text] == []
    for server in system.servers:
        for request in server.requests:
            asked = request.target if request.path != "/hls" else ""
            assert [secret for secret in (LOGIN, PASSWORD, HASH) if secret in asked] == []


async def test_nothing_that_holds_secrets_prints_them(account: EocortexAccount, client, system: System, credentials):
    system.channels = [channel(1, Name=NAME)]
    await account.fetch(None, Wanted({Part.MODULES: frozenset({camera_id(1)})}))
    holders = [
        account,
        account.modules,
        account.live,
        account.live.addresses(camera_id(1), StreamKind.MAIN),
        account._way(camera_id(1)),
        await client.configure.module(camera_id(1), "facescomplete"),
        client,
        credentials,
        credentials.headers,
        credentials.secrets,
        VENDOR.open(account._servers._http, {"url": "vms", "login": LOGIN, "password": PASSWORD}, "id"),
        Channel.read(channel(1, Name=NAME), "channel"),
        Configuration.read(system.configex(1), "configex"),
    ]
    for holder in holders:
        assert [secret for secret in (*SECRETS, LOGIN) if secret in repr(holder) + str(holder)] == []
