"""Requests that carry a token: signed in once, and once more when it is refused."""

import asyncio
from collections.abc import Mapping
from typing import override

import pytest

from custom_components.video_analytics.vendors.errors import NotPermitted, Rejected, SignInFailed
from custom_components.video_analytics.vendors.form import Form, FormFile
from custom_components.video_analytics.vendors.http import Api, Http, Tokens
from custom_components.video_analytics.vendors.secret import Secret

from .server import Server, body, consume, json


class Numbered(Tokens):
    """Gives tokens that are numbers."""

    def __init__(self) -> None:
        """Begin with the first one."""
        self.number = 1

    @property
    @override
    def secrets(self) -> tuple[Secret, ...]:
        return (Secret("pa55word"),)

    @override
    async def headers(self) -> Mapping[str, Secret]:
        return {"X-Token": Secret(f"token-{self.number}")}

    @override
    async def replaced(self, refused: Mapping[str, Secret]) -> Mapping[str, Secret]:
        assert refused == await self.headers()
        self.number += 1
        return await self.headers()


@pytest.fixture
def tokens() -> Numbered:
    """Tokens."""
    return Numbered()


@pytest.fixture
def api(http: Http, server: Server, tokens: Numbered) -> Api:
    """The server's API."""
    return http.at(server.url / "api", {"X-Key": Secret("key")}, tokens=tokens)


def sent(server: Server) -> list[str]:
    """Return the tokens that were sent."""
    return [request.headers["X-Token"] for request in server.requests]


CALLS = {
    "get": lambda api: api.get("/a"),
    "post": lambda api: api.post("/a", {"b": 1}),
    "put": lambda api: api.put("/a", {"b": 1}),
    "delete": lambda api: api.delete("/a"),
    "upload": lambda api: api.upload("/a", Form({"b": "c"}, {"file": FormFile("d", b"e")})),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
async def test_a_refused_token_is_replaced_once_and_the_request_repeated_as_it_was(api: Api, server: Server, call):
    server.answer(body(status=401), json([1]))
    assert await call(api) == [1]
    assert sent(server) == ["token-1", "token-2"]
    assert {request.headers["X-Key"] for request in server.requests} == {"key"}
    first, second = server.requests
    assert (first.method, first.path, len(first.body)) == (second.method, second.path, len(second.body))


async def test_a_stream_is_opened_again(api: Api, server: Server):
    server.answer(body(status=401), body(b"content"))
    assert await consume(api.stream("/file")) == b"content"
    assert sent(server) == ["token-1", "token-2"]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
async def test_a_token_that_is_refused_again_is_an_end(api: Api, server: Server, call):
    server.answer(body(status=401))
    with pytest.raises(SignInFailed):
        await call(api)
    assert sent(server) == ["token-1", "token-2"]


async def test_other_refusals_are_not_repeated(api: Api, server: Server):
    server.answer(body(status=403))
    with pytest.raises(NotPermitted):
        await api.get("/a")
    assert sent(server) == ["token-1"]


async def test_what_is_read_once_is_not_sent_twice(api: Api, server: Server):
    async def chunks():
        yield b"once"

    server.answer(body(status=401))
    with pytest.raises(SignInFailed):
        await api.upload("/a", Form({}, {"file": FormFile("d", chunks())}))
    assert sent(server) == ["token-1"]


async def test_the_vendors_reason_repeats_no_token(api: Api, server: Server):
    server.answer(json({"detail": "token-1 of pa55word is not good enough"}, 400))
    with pytest.raises(Rejected) as caught:
        await api.get("/a")
    assert caught.value.reason == "… of … is not good enough"


async def test_requests_at_once_carry_the_same_token(api: Api, server: Server):
    server.answer(json(1))
    await asyncio.gather(*(api.get("/a") for _ in range(5)))
    assert sent(server) == ["token-1"] * 5
