"""A Gumnut library seen through the contract."""

from collections.abc import Mapping
from typing import override

from .. import contract
from ..http import Http
from ..models.state import AccountState, Wanted
from .client import GumnutClient
from .feed import Feed
from .moments import GumnutMoments
from .people import GumnutPeople
from .photos import GumnutPhotos
from .pictures import Pictures
from .state import LibraryState


class GumnutAccount(contract.Account):
    """One library, of which a key may see several."""

    live = stills = history = writer = archive = exports = episodes = faces = plates = None
    recognition = documents = dossier = reports = modules = ptz = admin = hook = None

    def __init__(self, http: Http, client: GumnutClient, library: str) -> None:
        """Open a library; nothing is requested yet."""
        pictures = Pictures(http, client, library)
        self.client = client
        self._state = LibraryState(http, client, library)
        self.moments = GumnutMoments(http, client, library, Feed(client, library), pictures, self._state.stale)
        self.people = GumnutPeople(client, library)
        self.photos = GumnutPhotos(client, library, pictures, self.moments.hint)

    @property
    @override
    def switched_off(self) -> Mapping[str, str]:
        return {"faces": "automatic face detection is off"} if self._state.finds_faces is False else {}

    @override
    async def fetch(self, previous: AccountState | None, wanted: Wanted) -> AccountState:
        await self._state.refresh(wanted)
        return self._state.compose(previous or AccountState())

    @override
    async def close(self) -> None:
        """Nothing is held open."""
