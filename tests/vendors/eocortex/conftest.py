"""Eocortex servers, and those who ask them."""

from collections.abc import Callable

import pytest

from custom_components.video_analytics.vendors.eocortex import (
    account as account_module,
    counters as counters_module,
    occasional as occasional_module,
    servers as servers_module,
)
from custom_components.video_analytics.vendors.eocortex.account import EocortexAccount
from custom_components.video_analytics.vendors.eocortex.client import EocortexClient
from custom_components.video_analytics.vendors.eocortex.credentials import Credentials
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.server import Server

from .system import System

LOGIN = "novikov"
PASSWORD = "p4ss-that-nobody-may-see"
HASH = "7684adbaa530c7b34eb64593933bc846"


@pytest.fixture
def credentials() -> Credentials:
    """A user of the system."""
    return Credentials(LOGIN, Secret(PASSWORD))


@pytest.fixture
def client(http: Http, server: Server, credentials: Credentials) -> EocortexClient:
    """A client of a server that answers as each test says."""
    return EocortexClient(http, server.url, credentials)


@pytest.fixture
def system(server: Server, elsewhere: Server) -> System:
    """A system of two servers."""
    return System(server, elsewhere)


@pytest.fixture(autouse=True)
def _every_poll_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests poll again without delay."""
    monkeypatch.setattr(account_module, "_STATES_EVERY", 0.0)


@pytest.fixture
def account(http: Http, system: System, credentials: Credentials) -> EocortexAccount:
    """The system, opened through its first server."""
    return EocortexAccount(http, system.servers[0].url, credentials)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let seconds pass."""
    passed = [0.0]
    for module in (account_module, counters_module, occasional_module, servers_module):
        real = module.monotonic
        monkeypatch.setattr(module, "monotonic", lambda real=real: real() + passed[0])

    def wait(seconds: float) -> None:
        passed[0] += seconds

    return wait
