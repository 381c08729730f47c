"""How far a camera has been read: each moment is told once, whatever the vendor repeats or delays."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.video_analytics.vendors import track as track_module
from custom_components.video_analytics.vendors.models.moments import Moment, MomentKind, PictureRef, Recognition
from custom_components.video_analytics.vendors.track import LONGEST, OVERLAP, Track

from .strategies import thorough

START = datetime(2026, 4, 10, 8, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """Return a time."""
    return START + timedelta(seconds=seconds)


def moment(key: str, start: float, end: float | None = 0, **changes) -> Moment:
    """Return a moment; `end` in seconds from its start."""
    ended = None if end is None else at(start + end)
    return replace(Moment(id=key, kind=MomentKind.MOTION, start=at(start), end=ended), **changes)


def ids(moments) -> list[str]:
    """Return their ids."""
    return [each.id for each in moments]


@dataclass(frozen=True)
class Happening:
    """What the vendor will tell; seconds from the start."""

    start: int
    lasts: int
    late: int

    def seen(self, key: str, now: float) -> Moment | None:
        """Return what the vendor tells now."""
        if now < self.start + self.late:
            return None
        return moment(key, self.start, self.lasts if self.start + self.lasts <= now else None)


happenings = st.lists(
    st.builds(
        Happening,
        start=st.integers(0, 3000),
        lasts=st.sampled_from([0, 1, 20, 400, 1700]),
        late=st.integers(0, int(OVERLAP.total_seconds())),
    ),
    max_size=25,
)


@thorough
@given(happenings, st.lists(st.tuples(st.integers(1, 900), st.booleans()), max_size=20), st.randoms())
def test_each_moment_is_told_once_and_its_end_once(happened, polls, dice):
    now = 0
    track = Track(at(now))
    told: dict[str, Moment] = {}
    ended: list[str] = []
    for pause, restarted in [*polls, (6000, False)]:
        now += pause
        if restarted:
            track = Track.resume(track.position, at(now))
        since = track.since(at(now))
        visible = [shown for number, each in enumerate(happened) if (shown := each.seen(str(number), now))]
        page = [shown for shown in visible if shown.start >= since]
        page += dice.sample(page, len(page) // 2)  # some twice
        dice.shuffle(page)
        new, changed = track.sift(page, at(now))
        assert new == sorted(new, key=lambda shown: shown.start)
        for shown in new:
            assert shown.id not in told
            told[shown.id] = shown
        for shown in changed:
            assert told[shown.id].end is None
            assert shown.end is not None
            told[shown.id] = shown
            ended.append(shown.id)
    assert set(told) == {str(number) for number in range(len(happened))}
    assert len(ended) == len(set(ended))


@thorough
@given(happenings, st.integers(0, 3000))
def test_nothing_before_the_start_is_told(happened, started):
    track = Track(at(started + 0.7))
    new, _ = track.sift([each.seen(str(n), 9000) for n, each in enumerate(happened)], at(started))
    assert set(ids(new)) == {str(number) for number, each in enumerate(happened) if each.start >= started}


def test_what_is_later_than_the_overlap_is_lost_and_never_told_twice():
    track = Track(at(0))
    assert ids(track.sift([moment("a", 1000)], at(1000))[0]) == ["a"]
    assert track.since(at(1000)) == at(1000) - OVERLAP
    assert ids(track.sift([moment("b", 699), moment("c", 700)], at(1001))[0]) == ["c"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"subject": "Ann"}, True),
        ({"recognition": Recognition.KNOWN}, True),
        ({"picture": PictureRef("1")}, True),
        ({"confidence": 0.9}, False),
        ({"end": at(12)}, False),
    ],
)
def test_a_moment_is_told_again_when_it_changed_in_what_somebody_waits_for(change, told):
    track = Track(at(0))
    first = moment("a", 10, 1)
    track.sift([first], at(11))
    changed = replace(first, **change)
    assert track.sift([changed], at(12)) == ([], [changed] if told else [])
    assert track.sift([changed], at(13)) == ([], [])


def test_a_picture_address_that_rotates_is_no_change():
    track = Track(at(0))
    track.sift([moment("a", 10, picture=PictureRef("1"))], at(11))
    assert track.sift([moment("a", 10, picture=PictureRef("2"))], at(12)) == ([], [])


def test_an_open_moment_is_asked_for_until_it_ends_or_for_half_an_hour():
    track = Track(at(0))
    track.sift([moment("open", 10, None), moment("later", 1200)], at(1200))
    for _ in range(2):
        assert track.lasts(at(1200))
        assert track.since(at(1200)) == at(10)
        track = Track.resume(track.position, at(1200))
    end = at(10) + LONGEST
    assert not track.lasts(end)
    assert track.since(end) == at(900)


def test_an_instant_moment_does_not_last():
    track = Track(at(0))
    track.sift([moment("a", 10, None, instant=True)], at(11))
    assert not track.lasts(at(11))


@pytest.mark.parametrize(
    "position",
    [
        None,
        "",
        "x",
        "[]",
        "{}",
        '{"floor": "x", "told": []}',
        '{"floor": 1e300, "told": []}',
        '{"floor": 1, "told": [1]}',
    ],
)
def test_a_position_that_cannot_be_read_is_the_present(position):
    assert Track.resume(position, at(5.5)).since(at(6)) == at(5)


def test_a_position_holds_no_more_than_the_overlap():
    track = Track(at(0))
    track.sift([moment(str(n), n) for n in range(3000)], at(3000))
    assert track.position.count("[") < 310


def test_a_moment_in_the_future_does_not_hide_the_present():
    track = Track(at(0))
    track.sift([moment("future", 3600)], at(10))
    assert ids(track.sift([moment("now", 11), moment("future", 3600)], at(11))[0]) == ["now"]


def test_a_clock_that_is_set_back_neither_hides_nor_repeats():
    track = Track(at(0))
    track.sift([moment(str(n), n * 20) for n in range(180)], at(3600))
    back = at(60)
    assert track.since(back) == back
    again = [moment(str(n), n * 20) for n in range(3, 180)]
    assert ids(track.sift([*again, moment("new", 61)], at(62))[0]) == ["new"]


def test_a_clock_that_wavers_is_not_set_back():
    track = Track(at(100))
    assert track.since(at(91)) == at(100)


def test_memory_is_bounded_and_forgetting_repeats_nothing(monkeypatch):
    monkeypatch.setattr(track_module, "MOST", 50)
    monkeypatch.setattr(track_module, "REMEMBERED", 10)
    track = Track(at(0))
    flood = [moment(str(n), n / 10) for n in range(200)]
    assert len(track.sift(flood, at(20))[0]) == 200
    assert track.sift(flood, at(20)) == ([], [])
    assert len(track._told) == 50
    track.sift([moment("later", 4000)], at(4000))
    assert len(track._told) == 11
