"""Lists that hardly ever change."""

from hypothesis import given, strategies as st
import pytest

from custom_components.video_analytics.vendors.errors import BadAnswer
from custom_components.video_analytics.vendors.rows import Rows

from .strategies import json_values, thorough


class Things:
    """Rows whose `token` is volatile; counts what is decoded."""

    def __init__(self) -> None:
        """Start with none."""
        self.decoded: list[str] = []
        self.rows = Rows(self._stable, self._decode)

    def _stable(self, row):
        if not isinstance(row.get("id"), str):
            raise BadAnswer("a thing without an id")
        return row["id"], {key: value for key, value in row.items() if key != "token"}

    def _decode(self, row):
        if row.get("bad"):
            raise BadAnswer("a bad thing")
        self.decoded.append(row["id"])
        return (row["id"], row.get("title"))


def rows(titles, token=0):
    """Return rows by id and title."""
    return [{"id": key, "title": title, "token": token} for key, title in titles.items()]


def test_only_volatile_fields_differ():
    things = Things()
    first = things.rows.update(rows({"a": "A", "b": "B"}, token=1))
    second = things.rows.update(rows({"a": "A", "b": "B"}, token=2))
    assert things.decoded == ["a", "b"]
    assert second == {"a": ("a", "A"), "b": ("b", "B")}
    assert all(second[key] is first[key] for key in first)


def test_one_changed_row_is_decoded_alone():
    things = Things()
    first = things.rows.update(rows({"a": "A", "b": "B", "c": "C"}))
    things.decoded.clear()
    second = things.rows.update(rows({"a": "A", "b": "new", "c": "C"}, token=2))
    assert things.decoded == ["b"]
    assert second["b"] == ("b", "new")
    assert second["a"] is first["a"]
    assert second["c"] is first["c"]


def test_a_row_that_changed_only_in_what_nobody_reads_stays_the_same_object():
    things = Things()
    first = things.rows.update(rows({"a": "A"}))
    second = things.rows.update([{**rows({"a": "A"})[0], "signalStrength": -70}])
    assert things.decoded == ["a", "a"]
    assert second["a"] is first["a"]


def test_rows_come_and_go_in_the_vendors_order():
    things = Things()
    things.rows.update(rows({"a": "A", "b": "B"}))
    assert list(things.rows.update(rows({"c": "C", "a": "A"}))) == ["c", "a"]
    assert things.rows.update([]) == {}
    things.decoded.clear()
    things.rows.update(rows({"a": "A"}))
    assert things.decoded == ["a"]  # what went is forgotten


def test_of_two_rows_with_one_id_the_last_one_counts():
    things = Things()
    assert things.rows.update([*rows({"a": "A"}), *rows({"a": "again"})]) == {"a": ("a", "again")}


def test_all_or_nothing():
    things = Things()
    first = things.rows.update(rows({"a": "A", "b": "B"}))
    with pytest.raises(BadAnswer):
        things.rows.update([*rows({"a": "new"}), {"id": "b", "bad": True}])
    with pytest.raises(BadAnswer):
        things.rows.update([*rows({"a": "new"}), {"title": "no id"}])
    second = things.rows.update(rows({"a": "A", "b": "B"}))
    assert all(second[key] is first[key] for key in first)


@thorough
@given(
    st.lists(
        st.lists(
            st.fixed_dictionaries(
                {"id": st.sampled_from("abc")},
                optional={"title": json_values, "token": json_values, "more": json_values},
            ),
            max_size=4,
        ),
        max_size=4,
    )
)
def test_the_answer_is_always_that_of_decoding_everything(answers):
    things = Things()
    for answer in answers:
        assert things.rows.update(answer) == {row["id"]: (row["id"], row.get("title")) for row in answer}
