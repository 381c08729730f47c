"""Gumnut's API: one method for each call that is used, by resource.

Source: the docstrings of `gumnut-sdk` 0.178.0, which are the vendor's API reference; https://docs.gumnut.ai. Every
method raises the errors of `vendors.errors`. What nobody waits for takes its turn in the budget; `urgent` is for what a
person waits for. Iterators ask for the next page when it is needed.
"""

from yarl import URL

from ...http import Http
from ...secret import Secret
from .albums import AlbumsApi
from .assets import AssetsApi
from .caller import Caller
from .faces import FacesApi
from .libraries import LibrariesApi
from .people import PeopleApi
from .search import SearchApi


class GumnutClient:
    """The API as one key sees it."""

    def __init__(self, http: Http, base: URL, key: Secret) -> None:
        """Bind the server at `base`, below which everything begins with `/api`, to a key."""
        header = Secret(f"Bearer {key.reveal()}")
        caller = Caller(http.at(base, {"Authorization": header}, (key,)))
        self.libraries = LibrariesApi(caller)
        self.assets = AssetsApi(caller)
        self.search = SearchApi(caller)
        self.people = PeopleApi(caller)
        self.faces = FacesApi(caller)
        self.albums = AlbumsApi(caller)
