"""Somebody who listens, as the hub does."""

import asyncio
from collections.abc import Callable

from custom_components.video_analytics.vendors.econnect.account import EconnectAccount
from custom_components.video_analytics.vendors.models.moments import Moment, Watermark
from custom_components.video_analytics.vendors.models.state import Part, Wanted

PATIENCE = 30


class Listener:
    """Keeps what is told."""

    def __init__(self, account: EconnectAccount, *people: str, since: Watermark | None = None) -> None:
        """Listen at once."""
        self.account = account
        self.people = set(people)
        self.watermark = since
        self.told: list[Moment] = []
        self.late: set[str] = set()
        self.in_order = True
        """Whether the server's clock only goes forward."""
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        assert self.account.moments
        async for batch in self.account.moments.listen(self.watermark, self._wanted):
            self.told += batch.moments
            self.late |= {moment.id for moment in batch.moments if batch.late}
            self.watermark = batch.watermark

    def _wanted(self) -> Wanted:
        return Wanted({Part.MOMENTS: frozenset(self.people)})

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                assert not self._task.done() or self._task.result()
                await asyncio.sleep(0.02)

    async def has(self, count: int) -> None:
        """Wait until so many moments were told."""
        await self.until(lambda: len(self.told) >= count)

    async def ready(self) -> None:
        """Wait until the server has answered for everybody."""
        assert self.account.moments
        moments = self.account.moments
        await self.until(
            lambda: moments.status.connected and self.people <= set((self.watermark or Watermark()).positions)
        )

    async def stop(self) -> Watermark:
        """Stop, as at the end of a process."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        assert len(self.told) == len({moment.id for moment in self.told}), "told twice"
        for person in self.people:
            starts = [each.start for each in self.told if each.person == person and each.id not in self.late]
            assert not self.in_order or starts == sorted(starts), "out of order"
        assert self.watermark
        return self.watermark
