"""A vendor that does not exist: what the contract allows and none of the present vendors does."""

from dataclasses import replace
from types import ModuleType
from typing import Any, override

from custom_components.video_analytics.vendors import contract
from custom_components.video_analytics.vendors.budget import Pace
from custom_components.video_analytics.vendors.contract import FieldKind, SignInField, SignInValues
from custom_components.video_analytics.vendors.errors import Rejected, VendorError
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.state import (
    AccountIdentity,
    AccountState,
    Camera,
    Feature,
    Server,
    Wanted,
)

KEY = "invented"
SIGN_IN = {"url": "http://127.0.0.1", "login": "root", "kind": "internal"}

STATE = AccountState(
    servers={"s1": Server(id="s1", name="Main server", version="4.6", online=True)},
    cameras={
        "c1": Camera(
            id="c1",
            name="Lobby",
            supports=frozenset({Feature.LIVE, Feature.SUB_STREAM}),
            online=True,
            recording=True,
            server="s1",
        ),
        "c2": Camera(id="c2", name="Roof", supports=frozenset(), online=None),
    },
)


class InventedAccount(contract.Account):
    """Has servers and cameras, and no capability at all."""

    live = stills = moments = history = writer = archive = exports = episodes = faces = plates = people = None
    recognition = documents = dossier = reports = modules = ptz = admin = photos = hook = None

    def __init__(self, vendor: Invented) -> None:
        """Answer with what the vendor holds."""
        self._vendor = vendor

    @override
    async def fetch(self, previous: AccountState | None, wanted: Wanted) -> AccountState:
        self._vendor.wanted = wanted
        if self._vendor.error:
            raise self._vendor.error
        return self._vendor.state

    @override
    async def close(self) -> None:
        pass


class Invented(contract.Vendor):
    """Its form has no advanced part, an optional secret and a choice; two accounts are behind one login."""

    key = KEY
    manufacturer = "Invented"
    docs_url = "https://example.com"
    pace = Pace()
    fields = (
        SignInField(name="url", kind=FieldKind.URL),
        SignInField(name="login", kind=FieldKind.TEXT, default="root"),
        SignInField(name="password", kind=FieldKind.PASSWORD, secret=True, required=False),
        SignInField(name="kind", kind=FieldKind.CHOICE, default="internal", choices=("internal", "directory")),
    )

    def __init__(self) -> None:
        """Start with the state above."""
        self.state = STATE
        self.error: VendorError | None = None
        self.signed_in_with: SignInValues = {}
        self.wanted = Wanted()
        self.systems = 2

    @override
    async def accounts(self, http: Http, values: SignInValues) -> tuple[AccountIdentity, ...]:
        self.signed_in_with = values
        return tuple(
            AccountIdentity(id=f"system-{number}", title=f"System {number}", url="http://127.0.0.1")
            for number in range(1, self.systems + 1)
        )

    @override
    def open(self, http: Http, values: SignInValues, account_id: str) -> InventedAccount:
        return InventedAccount(self)

    def module(self) -> ModuleType:
        """Return the package that this vendor would be."""
        module: Any = ModuleType(f"custom_components.video_analytics.vendors.{KEY}")
        module.VENDOR = self
        return module  # type: ignore[no-any-return]

    def without_server(self) -> AccountState:
        """Return the state after the server was taken away."""
        cameras = {key: replace(camera, server=None) for key, camera in self.state.cameras.items()}
        return replace(self.state, servers={}, cameras=cameras)


REFUSED = Rejected("GET /state: HTTP 400", "The system is locked")
