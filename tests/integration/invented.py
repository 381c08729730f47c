"""A vendor that does not exist: what the contract allows and none of the present vendors does."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from types import ModuleType
from typing import Any, override

from custom_components.video_analytics.vendors import contract
from custom_components.video_analytics.vendors.budget import Pace, Urgency
from custom_components.video_analytics.vendors.contract import FieldKind, SignInField, SignInValues
from custom_components.video_analytics.vendors.errors import Rejected, VendorError
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.media import Picture
from custom_components.video_analytics.vendors.models.moments import (
    Batch,
    EventQuery,
    Moment,
    MomentKind,
    PictureRef,
    Source,
    SourceStatus,
    Watermark,
)
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


JPEG = b"\xff\xd8\xff\xe0"


class InventedMoments(contract.MomentSource):
    """Pushes what a test says, once for every position behind the watermark."""

    kinds = frozenset({MomentKind.MOTION, MomentKind.PERSON})

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.present = SourceStatus(source=Source.PUSH, connected=True)
        self.batches: list[Batch] = []
        self.arrived = asyncio.Event()
        self.listeners = 0
        self.since: list[Watermark | None] = []
        self.wanted: Callable[[], Wanted] = Wanted
        self.pictures: dict[str, list[Picture | VendorError | None]] = {}
        """Answers to come, by the reference; where there are none (any more), a picture."""
        self.slow: dict[str, asyncio.Event] = {}
        """Pictures that wait until they may come."""
        self.asked: list[str] = []

    @property
    @override
    def status(self) -> SourceStatus:
        return self.present

    def happen(self, *moments: Moment, updates: Iterable[Moment] = (), late: bool = False) -> None:
        """Let moments arrive together."""
        watermark = Watermark({"all": str(len(self.batches) + 1)})
        self.batches.append(
            Batch(moments=moments, updates=tuple(updates), watermark=watermark, source=Source.PUSH, late=late)
        )
        self.arrived.set()

    @override
    async def listen(self, since: Watermark | None, wanted: Callable[[], Wanted]) -> AsyncGenerator[Batch]:
        self.since.append(since)
        self.wanted = wanted
        position = int(since.positions["all"]) if since else len(self.batches)
        self.listeners += 1
        try:
            if since is None:
                yield Batch(moments=(), watermark=Watermark({"all": str(position)}), source=Source.PUSH)
            while True:
                while position < len(self.batches):
                    position += 1
                    yield self.batches[position - 1]
                self.arrived.clear()
                await self.arrived.wait()
        finally:
            self.listeners -= 1

    @override
    async def picture(self, ref: PictureRef, urgency: Urgency = Urgency.EVENT) -> Picture | None:
        self.asked.append(ref.id)
        if waiting := self.slow.get(ref.id):
            await waiting.wait()
        if answers := self.pictures.get(ref.id):
            answer = answers.pop(0)
            if isinstance(answer, VendorError):
                raise answer
            return answer
        return picture_of(ref.id)


class InventedHistory(contract.EventHistory):
    """What happened before."""

    def __init__(self) -> None:
        """Nothing did."""
        self.moments: list[Moment] = []
        self.queries: list[EventQuery] = []
        self.error: VendorError | None = None

    @override
    async def events(self, query: EventQuery) -> AsyncGenerator[Moment]:
        self.queries.append(query)
        if self.error:
            raise self.error
        for moment in sorted(self.moments, key=lambda moment: moment.start, reverse=query.newest_first):
            if query.camera in (None, moment.camera):
                yield moment


def picture_of(reference: str) -> Picture:
    """Return the picture that belongs to a reference."""
    return Picture(JPEG + reference.encode(), "image/jpeg")


_numbers = count(1)


def moment(kind: MomentKind = MomentKind.MOTION, camera: str = "c1", /, **fields: Any) -> Moment:
    """Return a moment of now that has ended."""
    now = datetime.now(UTC)
    moment_id = fields.pop("id", f"m{next(_numbers)}")
    fields = {"start": now, "end": now + timedelta(seconds=1), **fields}
    return Moment(id=moment_id, kind=kind, camera=camera, **fields)


class InventedAccount(contract.Account):
    """Has servers and cameras, and no capability that the vendor does not hold."""

    live = stills = writer = archive = exports = episodes = faces = plates = people = None
    recognition = documents = dossier = reports = modules = ptz = admin = photos = hook = None

    def __init__(self, vendor: Invented) -> None:
        """Answer with what the vendor holds."""
        self._vendor = vendor
        self.moments = vendor.moments
        self.history = vendor.history

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
        self.moments: InventedMoments | None = None
        self.history: InventedHistory | None = None

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

    def detecting(self, features: AbstractSet[Feature]) -> InventedMoments:
        """Have moments, a history, and cameras with these features, too; return the moments."""
        self.moments, self.history = InventedMoments(), InventedHistory()
        cameras = {
            key: replace(camera, supports=camera.supports | features) for key, camera in self.state.cameras.items()
        }
        self.state = replace(self.state, cameras=cameras)
        return self.moments

    def without_server(self) -> AccountState:
        """Return the state after the server was taken away."""
        cameras = {key: replace(camera, server=None) for key, camera in self.state.cameras.items()}
        return replace(self.state, servers={}, cameras=cameras)


REFUSED = Rejected("GET /state: HTTP 400", "The system is locked")
