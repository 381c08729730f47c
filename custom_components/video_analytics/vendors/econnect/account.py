"""An eConnect Identities server seen through the contract."""

from collections.abc import Mapping
from hashlib import sha256
from time import monotonic
from typing import override

from yarl import URL

from .. import contract
from ..errors import NotFound, NotPermitted, Rejected
from ..http import Http
from ..models.state import AccountIdentity, AccountState, Part, Person, Wanted
from ..secret import Secret
from .admin import EconnectAdmin
from .client import EconnectClient
from .documents import EconnectDocuments
from .dossier import EconnectDossier
from .hook import EconnectHook
from .moments import EconnectHistory, EconnectMoments
from .people import EconnectPeople, KnownPeople, Tags
from .recognizer import EconnectRecognizer
from .tokens import EconnectTokens

_NOBODY = "00000000-0000-0000-0000-000000000000"
_RIGHTS_EVERY = 3600.0


class EconnectAccount(contract.Account):
    """One user of a server."""

    live = stills = writer = archive = exports = episodes = faces = plates = None
    reports = modules = ptz = photos = None

    def __init__(self, http: Http, base: URL, username: str, password: Secret) -> None:
        """Open an account; nothing is requested yet."""
        self._base = base
        self._tokens = EconnectTokens(http, base, username, password)
        self.client = client = EconnectClient(http, base, self._tokens)
        self._tags = Tags(client)
        self._known = KnownPeople(client, self._tags, lambda: http.present)
        self._state: Mapping[str, Person] = {}
        self._moments = EconnectMoments(http, client, lambda: self._state)
        self._history = EconnectHistory(client, lambda: self._state)
        self._people = EconnectPeople(client, self._tags, self._known)
        self.moments: EconnectMoments | None = self._moments
        self.history: EconnectHistory | None = self._history
        self.people: EconnectPeople | None = self._people
        self.recognition = EconnectRecognizer(client)
        self.documents = EconnectDocuments(client)
        self.dossier = EconnectDossier(client, lambda: http.present, self._known.expire)
        self.admin = EconnectAdmin(client)
        self.hook = EconnectHook(self._moments.hint)
        self._refusals: Mapping[str, str] = {}
        self._rights_due = 0.0

    async def identify(self) -> AccountIdentity:
        """Sign in with one fresh attempt.

        A server has no identifier of its own; its tags are known by ones that no other server has.
        """
        await self._tokens.headers()
        try:
            await self._tags.refresh(urgent=True)
        except NotPermitted:
            pass
        return AccountIdentity(
            id=sha256(str(self._base).encode()).hexdigest()[:16],
            title=f"eConnect {_site(self._base)}",
            url=str(self._base),
            proof=frozenset(self._tags.by_id),
        )

    @property
    @override
    def switched_off(self) -> Mapping[str, str]:
        asked = {"people": self._known.refusal, **self._refusals, "tags": self._tags.refusal}
        return {name: reason for name, reason in asked.items() if reason}

    @override
    async def fetch(self, previous: AccountState | None, wanted: Wanted) -> AccountState:
        asked = await self._refresh_rights()
        people = wanted.of(Part.PERSON) | wanted.of(Part.MOMENTS)
        if people:
            asked |= await self._tags.refresh()
            asked |= await self._known.refresh(people)
        else:
            await self._known.refresh(())
        if not asked:
            await self._look()  # whether the server is there
        previous = previous or AccountState()
        state = AccountState(people=self._known.compose(previous.people))
        self._state = state.people
        return previous if previous == state else state

    @override
    async def close(self) -> None:
        await self._tokens.close()

    async def _refresh_rights(self) -> bool:
        """Find out what this user may read, by asking for what nobody has."""
        if monotonic() < self._rights_due:
            return False
        if self._refusals:
            self._tokens.forget()
        self._refusals = {}
        await self._look()
        try:
            await self.client.people.with_tag(_NOBODY)
        except NotPermitted as error:
            self._refusals = {**self._refusals, "people": str(error)}
        except NotFound, Rejected:
            pass  # a good answer, too: none is documented for what does not exist
        self.people = None if "people" in self._refusals else self._people
        self._rights_due = monotonic() + _RIGHTS_EVERY
        return True

    async def _look(self) -> None:
        """Ask for detections of nobody: none is a good answer."""
        others = {name: reason for name, reason in self._refusals.items() if name != "moments"}
        try:
            await self.client.detections.of_person(_NOBODY, take=1)
            self._refusals = others
        except NotPermitted as error:
            self._refusals = {**others, "moments": str(error)}
        except NotFound, Rejected:
            self._refusals = others
        refused = "moments" in self._refusals
        self.moments = None if refused else self._moments
        self.history = None if refused else self._history


def _site(base: URL) -> str:
    """Return what a server is called: the customer in the cloud, an address elsewhere."""
    host = base.host or ""
    name, _, domain = host.partition(".")
    return name if domain in ("econnectcloud.com", "econnectclouddev.com") else host
