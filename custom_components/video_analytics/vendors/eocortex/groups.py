"""Groups of faces and plates that the servers are told to intercept: who belongs to one is wanted."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from ..errors import NotFound, VendorError
from .client import EocortexClient
from .occasional import REFUSALS, Occasional
from .servers import Link, Servers
from .wire.databases import Group

_EVERY = 3600.0
_PATIENCE = 10.0
_FACE_MODULES = ("complete", "light")
"""What the guide calls the modules that it supports, where no server tells their names."""
_WITHOUT_GROUPS = "visitors"
"""Counts visitors, and is listed with the modules that recognize faces (facts, section 8.3)."""

type _Ask = Callable[[EocortexClient], Awaitable[tuple[Group, ...]]]


class Groups:
    """Asks the first server that answers, now and then; without the right to it, nobody is known to be wanted."""

    def __init__(self, servers: Servers) -> None:
        """Nothing is known yet."""
        self._servers = servers
        self._faces = Occasional(self._ask_for_faces, _EVERY)
        self._plates = Occasional(self._ask_for_plates, _EVERY)

    @property
    def wanted(self) -> frozenset[str]:
        """Return the names of the groups that are intercepted, in lower case."""
        return (self._faces.value or frozenset()) | (self._plates.value or frozenset())

    @property
    def refusal(self) -> str | None:
        """Return why the groups are not told."""
        return self._faces.refusal or self._plates.refusal

    async def refresh(self) -> None:
        """Ask when it is time."""
        await asyncio.gather(self._faces.refresh(), self._plates.refresh())

    async def _ask_for_faces(self) -> frozenset[str]:
        link = self._answering
        try:
            names = await link.ask(lambda client: client.databases.face_modules(), _PATIENCE)
        except REFUSALS:
            names = ()
        modules = [name for name in names if name.lower() != _WITHOUT_GROUPS] or _FACE_MODULES
        return await _first(link, [_faces_of(module) for module in modules])

    async def _ask_for_plates(self) -> frozenset[str]:
        """Ask without a module, as the guide does, and where that is refused, with one."""
        link = self._answering
        try:
            return await _first(link, [lambda client: client.databases.plate_groups()])
        except REFUSALS:
            names = await link.ask(lambda client: client.databases.plate_modules(), _PATIENCE)
        return await _first(link, [_plates_of(module) for module in names])

    @property
    def _answering(self) -> Link:
        return next((link for link in self._servers.in_order if link.online), self._servers.entry)


def _faces_of(module: str) -> _Ask:
    return lambda client: client.databases.face_groups(module)


def _plates_of(module: str) -> _Ask:
    return lambda client: client.databases.plate_groups(module)


async def _first(link: Link, calls: Iterable[_Ask]) -> frozenset[str]:
    """Return the intercepted groups of the first module that is not refused; raise the first refusal."""
    refusal: VendorError | None = None
    for call in calls:
        try:
            groups = await link.ask(call, _PATIENCE)
        except REFUSALS as error:
            refusal = refusal or error
        else:
            return frozenset(group.name.strip().casefold() for group in groups if group.intercept and group.name)
    raise refusal or NotFound("groups: no module is on")
