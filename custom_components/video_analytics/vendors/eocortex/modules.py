"""The analytics modules of Eocortex' cameras."""

import asyncio
from collections.abc import Callable, Mapping
from typing import override

from .. import contract
from ..errors import NotPermitted, Rejected
from .occasional import REFUSALS, OfCameras
from .servers import Link
from .wire.modules import Module

_EVERY = 600.0
_AT_ONCE = 20
_PATIENCE = 10.0


class EocortexModules(contract.Modules):
    """Modules, read and switched at the main server by users who may configure."""

    keys = tuple(module.value for module in Module)

    def __init__(self, main: Callable[[], Link | None]) -> None:
        """`main` is the server that may be configured, if this user may configure."""
        self._main = main
        self._known: OfCameras[Mapping[str, bool]] = OfCameras(self._ask, _EVERY, _AT_ONCE)
        self._writing = asyncio.Lock()

    async def refresh(self, cameras: frozenset[str]) -> None:
        """Look at the modules of these cameras."""
        await self._known.refresh(cameras)

    def of(self, camera: str) -> Mapping[str, bool]:
        """Return which modules are known to be on or off."""
        return self._known.get(camera) or {}

    @override
    async def set_enabled(self, camera: str, module: str, *, on: bool) -> None:
        if module not in self.keys:
            raise Rejected(f"module {module}: there is no such module")
        main, name = self._required, Module(module)
        async with self._writing:  # the vendor refuses changes that cross
            settings = await main.ask(lambda client: client.configure.module(camera, name, urgent=True))
            await main.ask(lambda client: client.configure.set_module(camera, name, settings.switched(on=on)))
            self._known.put(camera, {**self.of(camera), name.value: on})

    @property
    def _required(self) -> Link:
        if main := self._main():
            return main
        raise NotPermitted("modules: this user may not configure")

    async def _ask(self, camera: str) -> Mapping[str, bool]:
        """Ask for all modules; those that this camera has not, or that are not licensed, are left out."""
        found = {module.value: await self._enabled(camera, module) for module in Module}
        return {key: enabled for key, enabled in found.items() if enabled is not None}

    async def _enabled(self, camera: str, module: Module) -> bool | None:
        try:
            settings = await self._required.ask(lambda client: client.configure.module(camera, module), _PATIENCE)
        except REFUSALS:
            return None
        return settings.enabled
