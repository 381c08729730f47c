"""Moments of vendors that do not push: who is asked next, within the request budget."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf

from .budget import Budget
from .errors import RateLimited, VendorError
from .models.moments import Batch, Moment, Source, SourceStatus, Watermark
from .track import Track

SHARE = 0.8
"""Of the request budget; the rest is for the state, and for what people ask for."""
TURNS_AT_ONCE = 6
ACTIVE = 120.0
"""Seconds after a moment in which its camera is asked more often."""
EAGERNESS = 4
"""How many times as often."""
SHORTEST_INTERVAL = 2.0
LATE = timedelta(minutes=1)
_FIRST_RETRY = 5.0
_LAST_RETRY = 60.0
_MOST_DOUBLINGS = 10
_RATE_LIMITED = 30.0
_BURST = TURNS_AT_ONCE / 2
_SHORTEST_LOOK = 0.05
_LONGEST_LOOK = 1.0

type Pages = AsyncGenerator[Sequence[Moment]]
type _Turn = asyncio.Task[Sequence[Moment] | None]


@dataclass(slots=True)
class _Line:
    """One camera or person; times are the loop's."""

    track: Track
    position: str
    asked: float = -inf
    active_until: float = -inf
    lasts: bool = False
    retry_at: float = -inf
    failures: int = 0
    was_read: bool = False
    was_online: bool = True
    """What is offline is read once more, for what happened just before."""


class Poller:
    """Asks for the moments of cameras (or persons), one after the other and the lively ones more often.

    `pages` yields the moments of a subject since a time, oldest first, in at least one page that may be empty; it waits
    for the request budget by itself.
    `subjects` returns all subjects and whether each is online. `present` is the vendor's time.
    """

    def __init__(
        self,
        budget: Budget,
        pages: Callable[[str, datetime], Pages],
        subjects: Callable[[], Mapping[str, bool]],
        present: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Nothing is asked before somebody listens."""
        self._budget = budget
        self._pages = pages
        self._subjects = subjects
        self._present = present
        self._lines: dict[str, _Line] = {}
        self._hinted = asyncio.Event()
        self._room = _BURST
        self._refilled = 0.0

    @property
    def status(self) -> SourceStatus:
        """Return whether the vendor answers, and how late a moment is told on average, wherever it happens."""
        lines = self._lines.values()
        quiet = self._quiet_interval()
        intervals = [max(SHORTEST_INTERVAL, quiet / self._weight(line)) for line in lines]
        delay = timedelta(seconds=sum(intervals) / len(intervals) / 2 + self._budget.pause) if intervals else None
        return SourceStatus(
            source=Source.POLLING,
            connected=any(line.was_read and not line.failures for line in lines),
            expected_delay=delay,
        )

    def hint(self, subject: str | None = None) -> None:
        """Ask for a subject at once, or for all as soon as the budget allows."""
        self._room += 1
        for key, line in self._lines.items():
            if subject in (None, key):
                line.asked = -inf
        self._hinted.set()

    async def listen(self, since: Watermark | None) -> AsyncGenerator[Batch]:
        """Yield what happens; failures of the vendor are waited out, and show in `status`."""
        loop = asyncio.get_running_loop()
        positions = dict(since.positions) if since else {}
        lines = self._lines = {}
        turns: dict[_Turn, tuple[str, Pages]] = {}
        hinted = asyncio.create_task(self._hinted.wait())

        def read_on(key: str, pages: Pages) -> None:
            turns[asyncio.create_task(_next(pages))] = key, pages

        try:
            while True:
                if self._join(positions):
                    yield Batch(moments=(), watermark=Watermark(dict(positions)), source=Source.POLLING)
                busy = {key for key, _ in turns.values()}
                for key in self._due(busy):
                    line = lines[key]
                    line.asked = loop.time()
                    read_on(key, self._pages(key, line.track.since(self._present())))
                look = min(_LONGEST_LOOK, max(_SHORTEST_LOOK, 1 / (self._budget.rate * SHARE)))
                done, _ = await asyncio.wait([*turns, hinted], timeout=look, return_when=asyncio.FIRST_COMPLETED)
                if hinted in done:
                    self._hinted.clear()
                    hinted = asyncio.create_task(self._hinted.wait())
                for turn in [turn for turn in turns if turn in done]:
                    key, pages = turns.pop(turn)
                    if (page := self._read(lines[key], turn)) is None:
                        continue
                    read_on(key, pages)  # before anything is yielded: whoever closes us then finds it among the turns
                    for batch in self._tell(key, page, positions):
                        yield batch
        finally:
            left = [*turns, hinted]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            for _, pages in turns.values():
                await pages.aclose()

    def _join(self, positions: dict[str, str]) -> bool:
        """Take in new subjects; tell whether there are some that have no position yet."""
        joined = [key for key in self._subjects() if key not in self._lines]
        for key in joined:
            track = Track.resume(positions.get(key), self._present())
            self._lines[key] = _Line(track, track.position)
        fresh = {key: self._lines[key].position for key in joined if key not in positions}
        positions.update(fresh)
        return bool(fresh)

    def _due(self, busy: set[str]) -> list[str]:
        """Return who is to be asked now, those first who have waited longest."""
        now = asyncio.get_running_loop().time()
        subjects = self._subjects()
        room = self._refill(now)
        if self._budget.pause:
            return []
        quiet = self._quiet_interval()
        waiting: list[tuple[float, str]] = []
        for key, online in subjects.items():
            line = self._lines[key]
            due = max(line.retry_at, line.asked + max(SHORTEST_INTERVAL, quiet / self._weight(line)))
            if due <= now and key not in busy and (online or line.was_online):
                waiting.append((due, key))
        chosen = [key for _, key in sorted(waiting)[: min(room, TURNS_AT_ONCE - len(busy))]]
        self._room -= len(chosen)
        for key in chosen:
            self._lines[key].was_online = subjects[key]
        return chosen

    def _refill(self, now: float) -> int:
        """Return how many turns may begin now; evenly spread, or all would come at once, and all wait as long."""
        self._room = min(_BURST, self._room + (now - self._refilled) * self._budget.rate * SHARE)
        self._refilled = now
        return int(self._room)

    def _weight(self, line: _Line) -> int:
        return EAGERNESS if line.lasts or asyncio.get_running_loop().time() < line.active_until else 1

    def _quiet_interval(self) -> float:
        """Return the seconds between two turns of a quiet subject, for the turns of all to fit into the budget."""
        online = [line for key, is_online in self._subjects().items() if is_online and (line := self._lines.get(key))]
        return max(SHORTEST_INTERVAL, sum(map(self._weight, online)) / (self._budget.rate * SHARE))

    def _read(self, line: _Line, turn: _Turn) -> Sequence[Moment] | None:
        """Return a page; None when there are no more for now."""
        now = asyncio.get_running_loop().time()
        try:
            page = turn.result()
        except RateLimited as error:
            line.retry_at = now + (_RATE_LIMITED if error.retry_after is None else error.retry_after)
            return None
        except VendorError:
            line.failures += 1
            doublings = min(line.failures - 1, _MOST_DOUBLINGS)
            line.retry_at = now + min(_FIRST_RETRY * 2**doublings, _LAST_RETRY)
            return None
        if line.failures:  # the vendor may be back for the others as well
            line.failures = 0
            for other in self._lines.values():
                other.retry_at = min(other.retry_at, now)
        line.was_read = True
        return page

    def _tell(self, key: str, page: Sequence[Moment], positions: dict[str, str]) -> Iterator[Batch]:
        """Yield what is new in a page, late moments apart; a batch without any only moves the watermark."""
        line, present = self._lines[key], self._present()
        new, updates = line.track.sift(page, present)
        line.lasts = line.track.lasts(present)
        # Where a round takes minutes, what arrives after a round is as good as it gets.
        oldest = present - LATE - timedelta(seconds=self._quiet_interval())
        late = tuple(moment for moment in new if moment.start < oldest)
        live = tuple(new[len(late) :])
        if live:
            line.active_until = asyncio.get_running_loop().time() + ACTIVE
        position = line.track.position
        if late:
            # The watermark passes both only with the second batch: whoever stops in between is told the first again.
            yield Batch(moments=late, watermark=Watermark(dict(positions)), source=Source.POLLING, late=True)
        if live or updates or late or position != line.position:
            positions[key] = line.position = position
            watermark = Watermark(dict(positions))
            yield Batch(moments=live, updates=tuple(updates), watermark=watermark, source=Source.POLLING)


async def _next(pages: Pages) -> Sequence[Moment] | None:
    return await anext(pages, None)
