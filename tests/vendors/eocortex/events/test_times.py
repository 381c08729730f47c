"""Times of any culture, and which reading of them holds."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.video_analytics.vendors.eocortex.events.times import Clock, read_stamp
from tests.vendors.strategies import json_values, thorough

WALL = datetime(2015, 6, 19, 3, 28, 44, tzinfo=UTC)
FIVE = timedelta(hours=5)


@pytest.mark.parametrize(
    "text",
    [
        "19.06.2015 3:28:44",
        "19.06.2015 03:28:44",
        "19.06.2015 03.28.44",
        "19/06/2015 3:28:44",
        "6/19/2015 3:28:44 AM",
        " 19-06-2015 03:28:44 ",
        "2015-06-19T03:28:44Z",
    ],
)
def test_the_cultures_of_servers(text):
    stamp = read_stamp({"timestamp": text})
    assert (stamp.wall, stamp.utc, stamp.zoned) == ("2015-06-19T03:28:44", WALL, None)


def test_afternoon():
    assert read_stamp({"timestamp": "6/19/2015 3:28:44 PM"}).utc == WALL + timedelta(hours=12)
    assert read_stamp({"timestamp": "6/19/2015 12:28:44 AM"}).utc == WALL - timedelta(hours=3)


def test_three_stamps_with_the_same_digits():
    # The sample of the facts; the binary one says that it is UTC.
    stamp = read_stamp(
        {
            "timestamp": "06.10.2022 09:58:55",
            "zonedtimestamp": "06.10.2022 09:58:55.377 +05:00",
            "binarytimestamp": "5249703721781162729",
        }
    )
    assert stamp.wall == "2022-10-06T09:58:55"
    assert stamp.utc == datetime(2022, 10, 6, 9, 58, 55, 377000, tzinfo=UTC)
    assert stamp.zoned == stamp.utc - FIVE


def test_the_second_is_the_same_whichever_stamps_there_are():
    walls = {
        read_stamp(row).wall
        for row in (
            {"timestamp": "10.04.2026 08:15:30"},
            {"timestamp": "10.04.2026 08:15:30", "zonedtimestamp": "10.04.2026 08:15:30.999 -03:00"},
            {"zonedtimestamp": "10.04.2026 08:15:30.500 +03:00"},
            {"timestamp": "10.04.2026 08:15:30.1234567"},
        )
    }
    assert walls == {"2026-04-10T08:15:30"}


def test_binary_alone():
    stamp = read_stamp({"timestamp": "soon", "binarytimestamp": str(639_000_000_000_000_000 | 1 << 62)})
    assert stamp.utc == datetime(1, 1, 1, tzinfo=UTC) + timedelta(microseconds=63_900_000_000_000_000)


@pytest.mark.parametrize("text", ["", "32.13.2015 03:28:44", "10.04.2026", "10.04.2026 25:00:00", None, 5, []])
def test_no_time(text):
    with pytest.raises(ValueError, match="time"):
        read_stamp({"timestamp": text})


def test_what_happens_now_shows_which_reading_holds():
    stamp = read_stamp({"zonedtimestamp": "10.04.2026 08:15:30.500 +05:00"})
    day = (stamp.utc - timedelta(days=1), stamp.utc + timedelta(days=1))
    for right in (stamp.utc, stamp.zoned):
        clock = Clock()
        assert clock.past(stamp, *day) == stamp.utc
        assert clock.live(stamp, right + timedelta(seconds=3)) == right
        assert clock.past(stamp, *day) == right


def test_before_that_the_window_does():
    stamp = read_stamp({"zonedtimestamp": "10.04.2026 08:15:30.500 +05:00"})
    around = (stamp.zoned - timedelta(minutes=1), stamp.zoned + timedelta(minutes=1))
    assert Clock().past(stamp, *around) == stamp.zoned
    elsewhere = (stamp.utc + FIVE, stamp.utc + FIVE)
    assert Clock().past(stamp, *elsewhere) == stamp.utc


def test_without_a_reading_near_the_present_it_is_now():
    stamp = read_stamp({"timestamp": "10.04.2026 08:15:30"})
    now = stamp.utc + timedelta(hours=2)
    clock = Clock()
    assert clock.live(stamp, now) == now
    assert clock.past(stamp, now, now) == stamp.utc


@thorough
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "timestamp": json_values
            | st.from_regex(r"\d{1,2}[./]\d{1,2}[./]\d{4} \d{1,2}:\d{2}:\d{2}(,\d{1,7})?( [ap]m)?", fullmatch=True),
            "zonedtimestamp": json_values
            | st.from_regex(r"\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2} [+-]\d{2}:\d{2}", fullmatch=True)
            | st.just("01.01.0001 00:00:00 +05:00"),
            "binarytimestamp": json_values | st.integers().map(str),
        },
    )
)
def test_any_times_are_a_stamp_or_a_value_error(row):
    try:
        stamp = read_stamp(row)
    except ValueError:
        return
    now = datetime.now(UTC)
    assert Clock().live(stamp, now).tzinfo is UTC
    assert Clock().past(stamp, now, now).tzinfo is UTC
