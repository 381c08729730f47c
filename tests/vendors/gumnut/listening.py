"""Keeps what a library tells."""

import asyncio
from collections.abc import Callable

from custom_components.video_analytics.vendors.gumnut.account import GumnutAccount
from custom_components.video_analytics.vendors.models.moments import Batch, Moment, MomentKind, Watermark
from custom_components.video_analytics.vendors.models.state import Wanted

PATIENCE = 15


class Listener:
    """Keeps what is told, as the hub will."""

    def __init__(self, account: GumnutAccount, since: Watermark | None = None) -> None:
        """Listen at once."""
        self.watermark = since
        self.batches: list[Batch] = []
        self._account = account
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for batch in self._account.moments.listen(self.watermark, Wanted):
            self.batches.append(batch)
            self.watermark = batch.watermark

    @property
    def told(self) -> list[Moment]:
        """Return all moments."""
        return [moment for batch in self.batches for moment in batch.moments]

    @property
    def late(self) -> list[Moment]:
        """Return the late ones."""
        return [moment for batch in self.batches if batch.late for moment in batch.moments]

    @property
    def updates(self) -> list[Moment]:
        """Return what was told again."""
        return [moment for batch in self.batches for moment in batch.updates]

    def of(self, kind: MomentKind) -> list[Moment]:
        """Return the moments of a kind."""
        return [moment for moment in self.told if moment.kind is kind]

    async def until(self, condition: Callable[[Listener], object]) -> None:
        """Wait for something to have been told."""
        async with asyncio.timeout(PATIENCE):
            while not condition(self):
                assert not self._task.done(), self._task
                await asyncio.sleep(0.01)

    async def ready(self) -> Listener:
        """Wait for the first answer."""
        await self.until(lambda _: self._account.moments.status.connected)
        return self

    async def stop(self) -> Watermark:
        """Stop, and return where to go on."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        assert self.watermark
        return self.watermark
