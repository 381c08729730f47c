"""How many requests an account may make."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from custom_components.video_analytics.vendors import budget as budget_module
from custom_components.video_analytics.vendors.budget import Budget, Pace, Urgency
from custom_components.video_analytics.vendors.errors import RateLimited


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        """Start some time after the machine did."""
        self.now = 1000.0
        self.when_asleep: list[Callable[[], None]] = []

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass, and what was to happen meanwhile happen."""
        await asyncio.sleep(0)
        if self.when_asleep:
            self.when_asleep.pop(0)()
            await asyncio.sleep(0)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """The budget's clock."""
    clock = Clock()
    monkeypatch.setattr(budget_module, "monotonic", clock.monotonic)
    monkeypatch.setattr(budget_module, "asyncio", SimpleNamespace(sleep=clock.sleep, Lock=asyncio.Lock))
    return clock


@pytest.fixture
def budget(clock: Clock) -> Budget:
    """One request a second, four at once."""
    return Budget()


async def waits(budget: Budget, clock: Clock, requests: int, *, urgent: bool = False) -> list[float]:
    """Make requests one after the other; return when each went, in seconds from now."""
    start = clock.now
    times = []
    for _ in range(requests):
        await budget.take("GET /a", Urgency.PERSON if urgent else Urgency.BACKGROUND)
        times.append(round(clock.now - start, 6))
    return times


async def test_four_at_once_then_one_a_second(budget: Budget, clock: Clock):
    assert await waits(budget, clock, 8) == [0, 0, 0, 0, 1, 2, 3, 4]


async def test_quiet_time_fills_the_bucket_but_not_more(budget: Budget, clock: Clock):
    await waits(budget, clock, 4)
    clock.now += 2.5
    assert await waits(budget, clock, 4) == [0, 0, 0.5, 1.5]
    clock.now += 10_000
    assert await waits(budget, clock, 6) == [0, 0, 0, 0, 1, 2]


async def test_rate_and_burst_can_be_chosen(clock: Clock):
    assert await waits(Budget(Pace(rate=10, burst=1)), clock, 4) == [0, 0.1, 0.2, 0.3]


async def test_first_come_first_served(budget: Budget, clock: Clock):
    order: list[int] = []

    async def ask(number: int) -> None:
        await budget.take("GET /a")
        order.append(number)

    await asyncio.gather(*(ask(number) for number in range(12)))
    assert order == list(range(12))
    assert clock.now == pytest.approx(1008)


async def test_who_gives_up_waiting_uses_nothing(budget: Budget, clock: Clock):
    await waits(budget, clock, 4)
    impatient = asyncio.create_task(budget.take("GET /a"))
    clock.when_asleep.append(impatient.cancel)
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert budget.used == 4
    clock.now = 1001
    assert await waits(budget, clock, 1) == [0]


async def test_each_429_halves_the_rate_down_to_one_in_sixteen_seconds(budget: Budget):
    rates = []
    for _ in range(6):
        budget.slow_down(0)
        rates.append(budget.rate)
    assert rates == [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 16, 1 / 16]


async def test_the_halved_rate_is_kept(budget: Budget, clock: Clock):
    await waits(budget, clock, 4)
    budget.slow_down(0)
    assert await waits(budget, clock, 3) == [2, 4, 6]


async def test_quiet_minutes_double_the_rate_again(budget: Budget, clock: Clock):
    for _ in range(2):
        budget.slow_down(0)
    rates = []
    for _ in range(4):
        clock.now += 301
        await waits(budget, clock, 3)  # once, however many requests there are
        rates.append(budget.rate)
    assert rates == [1 / 2, 1, 1, 1]


async def test_another_429_starts_the_quiet_minutes_anew(budget: Budget, clock: Clock):
    budget.slow_down(0)
    clock.now += 299
    budget.slow_down(0)
    clock.now += 299
    await budget.take("GET /a")
    assert budget.rate == 1 / 4


async def test_a_short_pause_is_waited_for(budget: Budget, clock: Clock):
    budget.slow_down(8)
    assert budget.pause == 8
    assert await waits(budget, clock, 2) == [8, 8]
    assert budget.pause == 0


@pytest.mark.parametrize(("asked", "pause"), [(11, 11), (None, 30), (3600, 3600), (86400, 3600), (float("inf"), 3600)])
async def test_a_long_pause_refuses_instead(budget: Budget, clock: Clock, asked, pause):
    budget.slow_down(asked)
    clock.now += 0.5
    with pytest.raises(RateLimited, match=r"^GET /a: not sent") as caught:
        await budget.take("GET /a")
    assert caught.value.retry_after == pause - 0.5
    assert clock.now == 1000.5
    assert budget.used == 0
    clock.now += pause
    await budget.take("GET /a")
    assert budget.used == 1


async def test_a_pause_that_comes_while_waiting_refuses_too(budget: Budget, clock: Clock):
    await waits(budget, clock, 4)
    clock.when_asleep.append(lambda: budget.slow_down(60))
    with pytest.raises(RateLimited):
        await budget.take("GET /a")


async def test_urgent_requests_never_wait(budget: Budget, clock: Clock):
    assert await waits(budget, clock, 20, urgent=True) == [0] * 20


@pytest.mark.parametrize("asked", [1, 3600])
async def test_nobody_goes_while_the_vendor_asks_to_wait(budget: Budget, clock: Clock, asked):
    budget.slow_down(asked)
    with pytest.raises(RateLimited, match=r"^GET /a: not sent") as caught:
        await budget.take("GET /a", Urgency.PERSON)
    assert caught.value.retry_after == asked
    assert (clock.now, budget.used) == (1000, 0)
    clock.now += asked
    assert await waits(budget, clock, 20, urgent=True) == [0] * 20


async def test_answers_to_requests_under_way_do_not_halve_the_rate_again(budget: Budget, clock: Clock):
    for asked in (20, 5, None):
        budget.slow_down(asked)
    assert budget.rate == 1 / 2
    assert budget.pause == 30  # the longest of what was asked
    clock.now += 30
    budget.slow_down(0)
    assert budget.rate == 1 / 4


async def test_urgent_requests_pass_those_that_queue(budget: Budget, clock: Clock):
    await waits(budget, clock, 4)
    queued = asyncio.create_task(budget.take("GET /a"))
    await asyncio.sleep(0)
    await asyncio.wait_for(budget.take("GET /b", Urgency.PERSON), 1)
    assert not queued.done()
    await queued


async def test_the_background_pays_for_urgent_requests(budget: Budget, clock: Clock):
    await waits(budget, clock, 6, urgent=True)
    assert await waits(budget, clock, 2) == [3, 4]


async def test_the_debt_of_urgent_requests_is_bounded(budget: Budget, clock: Clock):
    await waits(budget, clock, 1000, urgent=True)
    assert await waits(budget, clock, 2) == [5, 6]


async def test_used_counts_the_last_minute(budget: Budget, clock: Clock):
    assert budget.used == 0
    await waits(budget, clock, 3)
    clock.now += 30
    await waits(budget, clock, 2, urgent=True)
    assert budget.used == 5
    clock.now += 31
    assert budget.used == 2
    clock.now += 30
    assert budget.used == 0


async def test_what_an_event_waits_for_goes_before_the_background(budget: Budget, clock: Clock):
    went: list[str] = []

    async def go(what: str, urgency: Urgency = Urgency.BACKGROUND) -> None:
        await budget.take(what, urgency)
        went.append(what)

    await waits(budget, clock, 4)
    background = [asyncio.create_task(go(f"poll {number}")) for number in range(3)]
    await asyncio.sleep(0)
    front = [asyncio.create_task(go(f"picture {number}", Urgency.EVENT)) for number in range(3)]
    await asyncio.gather(*background, *front)
    # One in the background may be about to go already.
    assert max(went.index(f"picture {number}") for number in range(3)) < went.index("poll 1") < went.index("poll 2")
