"""JSON as vendors really send it."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, strategies as st
import orjson
import pytest

from custom_components.video_analytics.vendors import json
from custom_components.video_analytics.vendors.errors import BadAnswer

from .strategies import json_values, odd_texts, thorough

READERS = [json.read_text, json.read_bool, json.read_int, json.read_float, json.read_datetime]
NOT_FINITE = st.sampled_from([float("nan"), float("inf"), 10**400])


@thorough
@given(json_values)
def test_whatever_is_json_is_decoded(value):
    assert json.loads(b"\xef\xbb\xbf \n" + orjson.dumps(value) + b"\r\n", "a") == value


@thorough
@given(st.binary() | st.text().map(str.encode) | json_values.map(orjson.dumps).map(lambda body: body[:-1]))
@example(b"")
@example(b"[" * 5000)
@example(b'"\\ud800"')
@example(b"NaN")
def test_any_bytes_are_json_or_a_bad_answer(body):
    for decode in (json.loads, json.loads_after_preamble):
        with suppress(BadAnswer):
            value = decode(body, "a")
            assert orjson.loads(orjson.dumps(value)) == value


@thorough
@given(json_values, st.text(alphabet=st.characters(exclude_characters="[{")))
def test_text_before_a_body_is_skipped(value, preamble):
    body = preamble.encode() + orjson.dumps([value])
    assert json.loads_after_preamble(body, "a") == [value]


def test_text_alone_is_no_json_after_a_preamble():
    with pytest.raises(BadAnswer):
        json.loads_after_preamble(b"Error: no channel", "a")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "an empty body"),
        (b"\n ", "an empty body"),
        (b"<?xml version='1.0'?>", "a page of HTML or XML"),
        (b'{"plate": "A123BC"', "broken JSON of 18 bytes"),
        (b"[1, 2", "broken JSON of 5 bytes"),
        (b"plate A123BC", "12 bytes of another kind"),
        (b"\xff\xfe", "2 bytes of another kind"),
    ],
)
def test_an_excerpt_tells_the_kind_and_no_values(body, said):
    assert json.excerpt(body) == said


def test_as_object():
    assert json.as_object({"a": 1}, "row") == {"a": 1}
    for value, kind in ((None, "null"), (True, "a boolean"), (1.5, "a number"), ("x", "text"), ([], "a list")):
        with pytest.raises(BadAnswer, match=rf"^row: expected an object, got {kind}$"):
            json.as_object(value, "row")


def test_as_objects():
    assert json.as_objects([{"a": 1}, {}], "rows") == ({"a": 1}, {})
    assert json.as_objects({"a": 1}, "rows") == ({"a": 1},)
    assert json.as_objects([], "rows") == ()
    for value, kind in ((None, "null"), (False, "a boolean"), (0, "a number"), ("[]", "text")):
        with pytest.raises(BadAnswer, match=rf"^rows: expected a list, got {kind}$"):
            json.as_objects(value, "rows")
    with pytest.raises(BadAnswer, match=r"^rows: expected an object, got text$"):
        json.as_objects([{}, "x"], "rows")


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (json.read_text, "Вход", "Вход"),
        (json.read_text, "", ""),
        (json.read_text, 17, "17"),
        (json.read_bool, True, True),
        (json.read_bool, False, False),
        (json.read_bool, "true", True),
        (json.read_bool, "False", False),
        (json.read_bool, " TRUE ", True),
        (json.read_float, 0.98, 0.98),
        (json.read_float, "0.98", 0.98),
        (json.read_float, "0,98", 0.98),
        (json.read_float, " -1 ", -1.0),
        (json.read_float, 1, 1.0),
        (json.read_int, 1, 1),
        (json.read_int, "1", 1),
        (json.read_int, " +7 ", 7),
        (json.read_int, "-7", -7),
        (json.read_int, 1.0, 1),
        (json.read_int, "1,0", 1),
        (json.read_int, "1 - InQueue", 1),
        (json.read_int, "-1 - Unknown", -1),
        (json.read_int, 2**63, 2**63),
    ],
)
def test_values_are_read_tolerantly(read, value, expected):
    assert read(value) == expected
    assert type(read(value)) is type(expected)


@pytest.mark.parametrize(
    ("read", "values"),
    [
        (json.read_text, [None, True, [], {}]),
        (json.read_bool, [None, 0, 1, "yes", "1", "", [], {}]),
        (json.read_float, [None, True, "", "x", "1.000,5", "nan", "inf", "1e400", 10**400, float("nan"), [], {}]),
        (json.read_int, [None, True, "", "x", 1.5, "1.5", "InQueue - 1", "1 InQueue", "2026-04-10", 1e400, [], {}]),
        (
            json.read_datetime,
            [None, True, 0, 1712745600, "", "x", "08:00:00", "2026-04-31T00:00:00Z", "24.12.2026", []],
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_values_of_another_kind_are_refused(read, values):
    for value in values:
        with pytest.raises(ValueError, match=r"^expected ") as caught:
            read(value)
        assert "2026" not in str(caught.value)  # errors tell the kind, never the value


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@thorough
@given(json_values | odd_texts | NOT_FINITE | st.datetimes().map(datetime.isoformat))
def test_any_value_is_read_or_refused(read, value):
    try:
        result = read(value)
    except ValueError:
        return
    assert result is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-10T08:00:00Z", datetime(2026, 4, 10, 8, tzinfo=UTC)),
        ("2026-04-10T08:00:00", datetime(2026, 4, 10, 8, tzinfo=UTC)),
        (" 2026-04-10 08:00:00 ", datetime(2026, 4, 10, 8, tzinfo=UTC)),
        ("2026-04-10T08:00Z", datetime(2026, 4, 10, 8, tzinfo=UTC)),
        ("2026-04-10T10:00:00+02:00", datetime(2026, 4, 10, 8, tzinfo=UTC)),
        ("2026-04-10T02:30:00-05:30", datetime(2026, 4, 10, 8, tzinfo=UTC)),
        ("2026-04-10T08:00:00.5Z", datetime(2026, 4, 10, 8, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-04-10T08:00:00.1234567Z", datetime(2026, 4, 10, 8, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-04-10T08:00:00.1234567+00:00", datetime(2026, 4, 10, 8, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-04-10T08:00:00.123456789123Z", datetime(2026, 4, 10, 8, 0, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_utc(text, expected):
    moment = json.read_datetime(text)
    assert moment == expected
    assert moment.utcoffset() == timedelta(0)


@thorough
@given(st.datetimes(timezones=st.timezones()), st.sampled_from(["auto", "seconds", "microseconds"]))
def test_any_time_survives_its_own_notation(moment, precision):
    text = moment.isoformat(timespec=precision)
    try:
        expected = datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError:  # outside of the years 1 to 9999
        with pytest.raises(ValueError, match="expected a time"):
            json.read_datetime(text)
    else:
        assert json.read_datetime(text) == expected
