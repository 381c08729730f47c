"""The API of one Eocortex server: one method for each documented endpoint, by resource.

Every method raises the errors of `vendors.errors`. What nobody waits for takes its turn in the budget; `urgent` is for
what a person waits for.
"""

from yarl import URL

from ...http import Http
from ..credentials import Credentials
from .api import ChannelsApi
from .caller import Caller
from .configure import ConfigureApi
from .counting import CountingApi
from .databases import DatabasesApi
from .events import EventsApi
from .root import RootApi
from .webapi import WebApi


class EocortexClient:
    """One server as one user sees it."""

    def __init__(self, http: Http, base: URL, credentials: Credentials) -> None:
        """Bind the server at `base` to a user."""
        caller = Caller(http, base, credentials)
        self.base = base
        self.root = RootApi(caller, credentials)
        self.api = ChannelsApi(caller)
        self.webapi = WebApi(caller)
        self.configure = ConfigureApi(caller)
        self.events = EventsApi(caller)
        self.counting = CountingApi(caller)
        self.databases = DatabasesApi(caller)
