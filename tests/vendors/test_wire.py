"""The base of what vendors send."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given
import pytest

from custom_components.video_analytics.vendors.errors import BadAnswer
from custom_components.video_analytics.vendors.wire import Wire, named, required

from .strategies import damaged, json_values, thorough


@dataclass(frozen=True, kw_only=True)
class Part(Wire):
    """A part."""

    title: str


@dataclass(frozen=True, kw_only=True)
class Thing(Wire):
    """One field of each kind."""

    id: str
    made_at: datetime = required("madeAt")
    is_new: bool | None = named("isNew")
    count: int | None = None
    share: float | None = None
    part: Part | None = None
    parts: list[Part] | None = None


ROW = {
    "id": "a",
    "madeAt": "2026-04-10T08:00:00Z",
    "isNew": True,
    "count": 3,
    "share": 0.5,
    "part": {"title": "left"},
    "parts": [{"title": "right"}],
}


def test_a_row_is_decoded_and_unknown_keys_are_ignored():
    assert Thing.read({**ROW, "later": {"version": 2}}, "thing") == Thing(
        id="a",
        made_at=datetime(2026, 4, 10, 8, tzinfo=UTC),
        is_new=True,
        count=3,
        share=0.5,
        part=Part(title="left"),
        parts=[Part(title="right")],
    )


def test_values_are_read_tolerantly():
    row = {
        "id": 7,
        "madeAt": "2026-04-10T10:00:00.0000000+02:00",
        "isNew": "True",
        "count": "3 - Ready",
        "share": "0,5",
    }
    assert Thing.read(row, "thing") == Thing(
        id="7", made_at=datetime(2026, 4, 10, 8, tzinfo=UTC), is_new=True, count=3, share=0.5
    )


@pytest.mark.parametrize("key", ["isNew", "count", "share", "part", "parts"])
def test_a_missing_field_counts_as_null(key):
    without = {other: value for other, value in ROW.items() if other != key}
    assert Thing.read(without, "thing") == Thing.read({**ROW, key: None}, "thing")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"madeAt": ROW["madeAt"]}, "thing: no id"),
        ({"id": "a"}, "thing: no made_at"),
        ({**ROW, "id": None}, "thing: unexpected id"),
        ({**ROW, "madeAt": "s3cret"}, "thing: unexpected made_at"),
        ({**ROW, "isNew": "s3cret"}, "thing: unexpected is_new"),
        ({**ROW, "count": "s3cret"}, "thing: unexpected count"),
        ({**ROW, "share": ["s3cret"]}, "thing: unexpected share"),
        ({**ROW, "part": "s3cret"}, "thing: unexpected part"),
        ({**ROW, "part": {}}, "thing: unexpected part"),
        ({**ROW, "part": {"title": {"s3cret": 1}}}, "thing: unexpected part"),
        ({**ROW, "parts": ["s3cret"]}, "thing: unexpected parts"),
        (["s3cret"], "thing: expected an object, got a list"),
        ("s3cret", "thing: expected an object, got text"),
        (None, "thing: expected an object, got null"),
    ],
)
def test_an_error_names_the_field_and_not_its_value(row, message):
    with pytest.raises(BadAnswer) as caught:
        Thing.read(row, "thing")
    assert str(caught.value) == message


@thorough
@given(json_values | damaged(ROW))
def test_any_value_is_a_thing_or_a_bad_answer(value):
    try:
        thing = Thing.read(value, "thing")
    except BadAnswer:
        return
    assert isinstance(thing.id, str)
    assert thing.made_at.tzinfo is UTC
    assert isinstance(thing.count, int | None)
    assert isinstance(thing.part, Part | None)


def test_what_a_vendor_sent_is_not_printed():
    assert repr(Thing.read({**ROW, "id": "s3cret"}, "thing")) == "<Thing>"
