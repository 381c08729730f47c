"""The world: a pure function of seed and time."""

from itertools import pairwise
import subprocess
import sys

from hypothesis import given, settings, strategies as st
import pytest

from ..client import ROOT
from ..world import Person, Role, Vehicle, World, journeys, recordings
from ..world.archive import HOUR

NOW = 1_790_000_000.0
DAY = 86_400
SITE = range(8)
MOMENTS = st.floats(min_value=0, max_value=4e9)


def test_another_process_sees_the_same_world() -> None:
    ask = (
        "from tests.simulator.world import World; w = World(7);"
        f"print([(v.key, v.subject.id, v.start) for v in w.visits(w.place(3), {NOW}, {NOW} + 600)])"
    )
    other = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    world = World(7)
    here = [(visit.key, visit.subject.id, visit.start) for visit in world.visits(world.place(3), NOW, NOW + 600)]
    assert other.strip() == repr(here)
    assert len(here) > 5
    assert here != [(v.key, v.subject.id, v.start) for v in World(8).visits(World(8).place(3), NOW, NOW + 600)]


@given(start=MOMENTS, first=st.floats(1, 2000), second=st.floats(1, 2000), place=st.sampled_from(SITE))
@settings(max_examples=40, deadline=None)
def test_a_period_is_the_sum_of_its_parts(start: float, first: float, second: float, place: int) -> None:
    world = World(1)
    spot = world.place(place)
    middle, end = start + first, start + first + second
    whole = {visit.key for visit in world.visits(spot, start, end)}
    parts = {visit.key for visit in (*world.visits(spot, start, middle), *world.visits(spot, middle, end))}
    assert whole == parts


@given(start=MOMENTS)
@settings(max_examples=10, deadline=None)
def test_nobody_is_in_two_places_at_once(start: float) -> None:
    by_subject: dict[str, list[tuple[float, float]]] = {}
    for visit in World(1).site_visits(0, start, start + 7200):
        by_subject.setdefault(visit.subject.id, []).append((visit.start, visit.end))
    assert len(by_subject) > 15
    for visits in by_subject.values():
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(visits)))


@pytest.mark.parametrize("index", SITE)
def test_every_place_is_lively_and_yet_empty_at_times(index: int) -> None:
    world = World(1)
    visits = world.visits(world.place(index), NOW, NOW + DAY)
    assert len(visits) > DAY / 60
    empty = [after.start - before.end for before, after in pairwise(visits) if after.start > before.end + 20]
    assert len(empty) > 100


def test_everybody_comes_but_the_wanted_ones_rarely() -> None:
    counts: dict[str, int] = {}
    for visit in World(1).site_visits(0, NOW, NOW + DAY):
        if isinstance(visit.subject, Person | Vehicle):
            name = visit.subject.name if isinstance(visit.subject, Person) else visit.subject.plate
            counts[name] = counts.get(name, 0) + 1
    assert counts["Anna Lindqvist"] > 2 * counts["Victor Crane"] > 0
    assert counts["HB24KLM"] > 2 * counts["KO08BEX"] > 0


@pytest.mark.parametrize("index", SITE)
def test_visitors_move_without_jumping(index: int) -> None:
    world = World(1)
    for visit in world.visits(world.place(index), NOW, NOW + 1800):
        steps = [visit.position(visit.start + number / 10) for number in range(int((visit.end - visit.start) * 10) + 1)]
        assert all(abs(a.x - b.x) < 0.06 and abs(a.depth - b.depth) < 0.06 for a, b in pairwise(steps))
        assert visit.start <= visit.best_moment <= visit.end
        best = visit.position(visit.best_moment)
        assert 0 <= best.x <= 1


def test_asking_one_place_of_a_thousand_works_out_only_its_own_site() -> None:
    world = World(99)
    before = journeys._block.cache_info().misses
    world.visits(world.place(737), NOW, NOW + 60)
    assert journeys._block.cache_info().misses - before <= 2


def test_places_have_names_of_their_own() -> None:
    places = [World(1).place(index) for index in range(1000)]
    assert len({place.name for place in places}) == len({place.id for place in places}) == 1000
    assert [place.role for place in places[:8]] == list(Role)


def test_recordings_have_gaps_and_do_not_depend_on_how_they_are_asked_for() -> None:
    place = World(1).place(0)
    month = recordings(place, NOW - 30 * DAY, NOW)
    assert all(before[1] <= after[0] for before, after in pairwise(month))
    gaps = [after[0] - before[1] for before, after in pairwise(month) if after[0] > before[1]]
    assert len(gaps) > 50
    assert max(gaps) <= 1200
    inside = recordings(place, NOW - DAY + 100, NOW - DAY + 4000)
    assert sum(end - start for start, end in inside) <= 3900
    assert all(
        any(low <= start and end <= high for low, high in recordings(place, NOW - 2 * DAY, NOW))
        for start, end in inside
    )
    assert all(end - start <= HOUR for start, end in month)
