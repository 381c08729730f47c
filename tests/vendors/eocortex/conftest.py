"""Eocortex servers, as far as these tests need them."""

import pytest

from custom_components.video_analytics.vendors.eocortex.client import EocortexClient
from custom_components.video_analytics.vendors.eocortex.credentials import Credentials
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.server import Server

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
