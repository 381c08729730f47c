"""Whose turn it is, within the budget, and what is told; in the loop's own time, without waiting."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.video_analytics.vendors import budget as budget_module
from custom_components.video_analytics.vendors.budget import Budget
from custom_components.video_analytics.vendors.errors import RateLimited, Unreachable
from custom_components.video_analytics.vendors.models.moments import Batch, Moment, MomentKind, Source, Watermark
from custom_components.video_analytics.vendors.polling import ACTIVE, SHARE, Poller

from .strategies import thorough
from .timeloop import for_seconds, now, run

START = datetime(2026, 4, 10, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _loop_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget_module, "monotonic", now)


def present() -> datetime:
    """Return the vendor's time."""
    return START + timedelta(seconds=now())


async def stop(listening: asyncio.Task[None]) -> None:
    """Stop listening."""
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


class Vendor:
    """Tells of each subject what has become visible; `plan` has (subject, start, visible, end), in seconds."""

    def __init__(self, subjects, plan=(), page: int = 2) -> None:
        """Open an account; the loop runs already."""
        self.online = dict.fromkeys(subjects, True)
        self.plan = list(plan)
        self.page = page
        self.budget = Budget()
        self.asked: list[tuple[float, str]] = []
        self.trouble = {}
        self.open_pages = 0
        self.poller = Poller(self.budget, self.pages, lambda: self.online, present)
        self.batches: list[Batch] = []
        self.arrived: dict[str, float] = {}

    def visible(self, subject):
        """Return the moments that the vendor shows."""
        return sorted(
            (
                Moment(
                    id=f"{subject}/{number}",
                    kind=MomentKind.MOTION,
                    camera=subject,
                    start=START + timedelta(seconds=start),
                    end=START + timedelta(seconds=end) if end <= now() else None,
                )
                for number, (key, start, shown, end) in enumerate(self.plan)
                if key == subject and shown <= now()
            ),
            key=lambda moment: moment.start,
        )

    async def pages(self, subject, since):
        """Answer in pages, each of which takes a request."""
        self.open_pages += 1
        try:
            shown = [moment for moment in self.visible(subject) if moment.start >= since]
            for first in range(0, len(shown) or 1, self.page):
                await self.budget.take(subject)
                self.asked.append((now(), subject))
                if trouble := self.trouble.get(subject):
                    await trouble()
                yield shown[first : first + self.page]
        finally:
            self.open_pages -= 1

    async def listen(self, since: Watermark | None = None, most: int | None = None) -> None:
        """Collect what is told."""
        listening = self.poller.listen(since)
        try:
            async for batch in listening:
                self.batches.append(batch)
                for moment in batch.moments:
                    self.arrived.setdefault(moment.id, now())
                if most is not None and len(self.batches) >= most:
                    return
        finally:
            await listening.aclose()
            assert self.open_pages == 0

    @property
    def told(self) -> list[str]:
        """Return what was told."""
        return [moment.id for batch in self.batches for moment in batch.moments]


def test_nothing_before_the_start_and_everything_after_it():
    async def main():
        vendor = Vendor("a", [("a", -30, -29, -20), ("a", 5, 5, 6), ("a", 7, 8, 7)])
        await for_seconds(60, vendor.listen())
        assert vendor.told == ["a/1", "a/2"]
        assert all(batch.source is Source.POLLING and not batch.late for batch in vendor.batches)

    run(main())


def test_the_first_batch_has_a_watermark_even_if_nothing_happens():
    async def main():
        vendor = Vendor("ab")
        await for_seconds(60, vendor.listen())
        assert [set(batch.watermark.positions) for batch in vendor.batches] == [{"a", "b"}]
        assert vendor.told == []

    run(main())


def test_an_end_is_an_update_with_the_same_id():
    async def main():
        vendor = Vendor("a", [("a", 5, 5, 40)])
        await for_seconds(60, vendor.listen())
        assert vendor.told == ["a/0"]
        (update,) = [moment for batch in vendor.batches for moment in batch.updates]
        assert (update.id, update.end) == ("a/0", START + timedelta(seconds=40))

    run(main())


def test_late_moments_are_told_apart_and_the_watermark_waits_for_both():
    async def main():
        vendor = Vendor("a", [("a", 200, 200, 200), ("a", 10, 300, 11), ("a", 299, 300, 299)], page=9)
        await for_seconds(400, vendor.listen())
        assert [(batch.late, [moment.id for moment in batch.moments]) for batch in vendor.batches[1:]] == [
            (False, ["a/0"]),
            (True, ["a/1"]),
            (False, ["a/2"]),
        ]
        assert vendor.batches[2].watermark == vendor.batches[1].watermark
        assert vendor.batches[3].watermark != vendor.batches[2].watermark

    run(main())


@pytest.mark.parametrize("count", [1, 6, 64, 300])
def test_the_budget_is_kept_with_room_for_others(count):
    async def main():
        vendor = Vendor([str(number) for number in range(count)])
        await for_seconds(1000, vendor.listen())
        assert len(vendor.asked) <= 4 + 1000  # never more than the budget
        settled = [time for time, _ in vendor.asked if time > 400]
        assert len(settled) <= 600 * SHARE + 1
        assert len(settled) >= 600 * min(SHARE, count / 2) * 0.8
        turns = Counter(subject for _, subject in vendor.asked)
        assert max(turns.values()) - min(turns.values()) <= 2

    run(main())


@pytest.mark.parametrize(("count", "expected"), [(6, 3.75), (64, 40)])
def test_the_expected_delay_is_what_quiet_cameras_see(count, expected):
    async def main():
        subjects = [str(number) for number in range(count)]
        spread = [(subject, 600 + number * 997 % 6000) for number, subject in enumerate(subjects * 2)]
        vendor = Vendor(subjects, [(subject, time, time, time) for subject, time in spread])
        await for_seconds(590, vendor.listen())
        assert vendor.poller.status.expected_delay == timedelta(seconds=expected)
        vendor = Vendor(subjects, [(subject, 590 + time, 590 + time, 590 + time) for subject, time in spread])
        await for_seconds(8000, vendor.listen())
        delays = [vendor.arrived[f"{s}/{n}"] - 590 - time for n, (s, time) in enumerate(spread)]
        mean = sum(delays) / len(delays)
        assert mean <= expected * 1.3
        assert max(delays) <= expected * 4

    run(main())


def test_lively_cameras_are_asked_more_often():
    async def main():
        vendor = Vendor("abcdefgh", [("a", 100, 100, 100)])
        await for_seconds(100 + ACTIVE, vendor.listen())
        turns = Counter(subject for time, subject in vendor.asked if time > 115)
        assert turns["a"] >= 3 * turns["b"]

    run(main())


def test_who_is_offline_is_read_once_more_and_again_when_back():
    async def main():
        vendor = Vendor("ab", [("a", 20, 23.9, 22), ("a", 50, 60, 55)])
        listening = asyncio.create_task(vendor.listen())
        await asyncio.sleep(24)
        vendor.online["a"] = False
        await asyncio.sleep(100)
        assert vendor.told == ["a/0"]
        assert sum(time > 40 and subject == "a" for time, subject in vendor.asked) == 0
        vendor.online["a"] = True
        await asyncio.sleep(3)
        assert vendor.told == ["a/0", "a/1"]
        await stop(listening)

    run(main())


def test_cameras_come_and_go():
    async def main():
        vendor = Vendor("a", [("b", 10, 10, 11), ("b", 40, 40, 41)])
        listening = asyncio.create_task(vendor.listen())
        await asyncio.sleep(20)
        vendor.online = {"b": True}
        await asyncio.sleep(30)
        assert vendor.told == ["b/1"]
        assert sum(time > 22 and subject == "a" for time, subject in vendor.asked) == 0
        await stop(listening)

    run(main())


def test_a_hint_is_looked_into_at_once():
    async def main():
        vendor = Vendor([str(number) for number in range(64)], [("7", 200.5, 200.5, 201)])
        listening = asyncio.create_task(vendor.listen())
        await asyncio.sleep(200.5)
        vendor.poller.hint("7")
        await asyncio.sleep(0.1)
        assert vendor.told == ["7/0"]
        before = len(vendor.asked)
        vendor.poller.hint()
        await asyncio.sleep(61)
        assert len({subject for _, subject in vendor.asked[before:]}) >= 60 * SHARE
        await stop(listening)

    run(main())


async def _silent():
    await asyncio.sleep(60)
    raise Unreachable("no answer")


async def _refused():
    raise Unreachable("no connection")


@pytest.mark.parametrize("trouble", [_silent, _refused])
def test_a_camera_in_trouble_does_not_delay_the_others(trouble):
    async def main():
        plan = [("b", time, time, time) for time in range(100, 1000, 100)]
        vendor = Vendor("abcdef", plan)
        vendor.trouble = {"a": trouble, "f": trouble}
        await for_seconds(1100, vendor.listen())
        assert max(vendor.arrived[f"b/{number}"] - time for number, (_, time, _, _) in enumerate(plan)) < 16
        assert sum(subject == "a" for _, subject in vendor.asked) < 25
        assert vendor.poller.status.connected

    run(main())


def test_a_day_without_an_answer_is_survived():
    async def main():
        day = 20 * 3600
        vendor = Vendor("a", [("a", day, day, day + 10)])
        vendor.trouble = {"a": _refused}
        listening = asyncio.create_task(vendor.listen())
        await asyncio.sleep(day)
        vendor.trouble = {}
        await asyncio.sleep(200)
        assert "a/0" in vendor.arrived
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    run(main())


def test_when_the_server_is_back_all_are_read_soon():
    async def main():
        vendor = Vendor("abc", [(key, 210, 210, 220) for key in "abc"])
        assert not vendor.poller.status.connected
        assert vendor.poller.status.expected_delay is None
        listening = asyncio.create_task(vendor.listen())
        await asyncio.sleep(50)
        assert vendor.poller.status.connected
        vendor.trouble = dict.fromkeys("abc", _refused)
        await asyncio.sleep(250)
        assert not vendor.poller.status.connected
        assert sum(time > 60 for time, _ in vendor.asked) < 25
        vendor.trouble = {}
        await asyncio.sleep(61)
        assert sorted(vendor.told) == ["a/0", "b/1", "c/2"]
        assert max(vendor.arrived.values()) - min(vendor.arrived.values()) < 4
        assert vendor.poller.status.connected
        await stop(listening)

    run(main())


@pytest.mark.parametrize(("retry_after", "pause"), [(120, 120), (None, 30)])
def test_nobody_is_asked_while_the_vendor_wants_quiet(retry_after, pause):
    async def main():
        vendor = Vendor("abc", [("a", 60, 60, 60)])

        async def limited():
            vendor.trouble = {}
            vendor.budget.slow_down(retry_after)
            raise RateLimited("too many requests", retry_after)

        listening = asyncio.create_task(vendor.listen())
        await asyncio.sleep(50)
        vendor.trouble = dict.fromkeys("abc", limited)
        await asyncio.sleep(10)
        assert vendor.poller.status.expected_delay > timedelta(seconds=pause - 11)
        await asyncio.sleep(pause + 20)
        (start,) = [time for time, _ in vendor.asked if 50 <= time < 50 + pause]
        assert all(time >= start + pause for time, _ in vendor.asked if time > start)
        assert vendor.told == ["a/0"]
        assert vendor.budget.rate == 1 / 2
        await stop(listening)

    run(main())


def test_one_camera_that_is_limited_by_itself_is_left_alone():
    async def main():
        vendor = Vendor("ab")

        async def limited():
            raise RateLimited("too many requests")

        vendor.trouble = {"a": limited}
        await for_seconds(100, vendor.listen())
        assert sum(subject == "a" for _, subject in vendor.asked) == 4
        assert sum(subject == "b" for _, subject in vendor.asked) > 30

    run(main())


def test_a_mistake_of_ours_is_not_hidden():
    async def main():
        vendor = Vendor("a")

        async def broken():
            raise ZeroDivisionError

        vendor.trouble = {"a": broken}
        with pytest.raises(ZeroDivisionError):
            await vendor.listen()

    run(main())


def test_a_listener_that_stops_between_pages_leaves_nothing_open():
    async def main():
        vendor = Vendor("abc", [(key, 1, 1, 1) for key in "abc" for _ in range(9)])
        for most in range(1, 12):
            await vendor.listen(most=most)

    run(main())


@settings(thorough, max_examples=60)
@given(
    plan=st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.integers(0, 600),
            st.sampled_from([0, 0, 0, 5, 100, 290]),
            st.sampled_from([0, 3, 200]),
        ),
        max_size=25,
    ),
    runs=st.lists(st.tuples(st.integers(1, 200), st.sampled_from([0, 30, 400])), max_size=4),
    troubles=st.lists(st.booleans(), max_size=40),
    forgetful=st.booleans(),
)
def test_everything_once_and_in_order_through_failures_and_restarts(plan, runs, troubles, forgetful):
    """Each run is a process; between runs nobody listens, and what was told last was not always stored."""

    async def main():
        vendor = Vendor("abc", [(key, start, start + late, start + lasts) for key, start, late, lasts in plan])
        waiting = iter(troubles)

        async def sometimes():
            if next(waiting, False):
                raise Unreachable("no answer")

        vendor.trouble = dict.fromkeys("abc", sometimes)
        stored = None
        seen: dict[str, Moment] = {}
        ended: set[str] = set()
        for seconds, pause in [*runs, (1500, 0)]:
            vendor.batches.clear()
            await for_seconds(seconds, vendor.listen(stored))
            for batch in vendor.batches:
                for moment in batch.moments:
                    seen.setdefault(moment.id, moment)
                ended |= {moment.id for moment in (*batch.moments, *batch.updates) if moment.end}
            assert len(vendor.told) == len(set(vendor.told))
            if len(vendor.batches) > 1 and forgetful:
                stored = vendor.batches[-2].watermark
            elif vendor.batches:
                stored = vendor.batches[-1].watermark
            await asyncio.sleep(pause)
        assert seen.keys() == {f"{key}/{n}" for n, (key, *_) in enumerate(plan)}
        assert ended == seen.keys()
        on_time = {f"{key}/{n}" for n, (key, _, late, _) in enumerate(plan) if not late}
        for camera in "abc":
            starts = [moment.start for moment in seen.values() if moment.camera == camera and moment.id in on_time]
            assert starts == sorted(starts)

    run(main())
