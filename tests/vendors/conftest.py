"""Servers to speak to, and the `Http` that speaks to them."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from custom_components.video_analytics.vendors import http as http_module
from custom_components.video_analytics.vendors.budget import Budget, Pace
from custom_components.video_analytics.vendors.http import Api, Http
from custom_components.video_analytics.vendors.secret import Secret

from .server import Server

KEY = "k3y-that-nobody-may-see"


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let the tests speak to their own servers; the plugin still refuses to look names up."""


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry at once."""
    monkeypatch.setattr(http_module, "_RETRY_DELAY", 0)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """The vendor's server."""
    async with Server().serving() as serving:
        yield serving


@pytest.fixture
async def elsewhere() -> AsyncIterator[Server]:
    """A server of somebody else."""
    async with Server().serving() as serving:
        yield serving


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A session, as Home Assistant hands it in."""
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def http(session: aiohttp.ClientSession) -> Http:
    """`Http` that may ask as often as it likes."""
    return Http(session, Budget(Pace(rate=10_000, burst=10_000)))


@pytest.fixture
def api(http: Http, server: Server) -> Api:
    """The server's API."""
    return http.at(server.url / "api", {"X-Key": Secret(KEY)})
