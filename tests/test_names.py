"""Names that are the same are the same text."""

from hypothesis import given, strategies as st
import pytest

from custom_components.video_analytics.names import normalised_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Anna Lindqvist", "anna lindqvist"),
        ("  ANNA\u00a0 lindqvist\n", "anna lindqvist"),
        ("Groß", "gross"),
        ("Андре\u0438\u0306 СЕМЁНОВ", "андрей семёнов"),
        ("ＡＮＮＡ", "anna"),
        ("Anna-Maria", "anna-maria"),
        (" \t", ""),
        ("", ""),
    ],
)
def test_case_spaces_and_composition_do_not_count(text: str, name: str) -> None:
    assert normalised_name(text) == name


@given(st.text())
def test_a_normalised_name_stays_as_it_is(text: str) -> None:
    once = normalised_name(text)
    assert normalised_name(once) == once
