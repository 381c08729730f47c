"""Plates that look the same are the same text."""

from hypothesis import given, strategies as st
import pytest

from custom_components.video_analytics.plates import normalised_plate

CYRILLIC = "АВЕКМНОРСТУХ"
LATIN = "ABEKMHOPCTYX"


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("KO08BEX", "KO08BEX"),
        ("ko 08-bex", "KO08BEX"),
        ("А123ВС 77", "A123BC77"),
        ("а123вс77", "A123BC77"),
        ("В\u00a0—\u2011М 1", "BM1"),
        ("ДФ·12", "ДФ·12"),
        ("", ""),
    ],
)
def test_case_spaces_dashes_and_alphabets_do_not_count(text: str, plate: str) -> None:
    assert normalised_plate(text) == plate


def test_every_letter_of_russian_plates_has_its_latin_twin() -> None:
    assert normalised_plate(CYRILLIC) == normalised_plate(CYRILLIC.lower()) == LATIN


@given(st.text())
def test_a_normalised_plate_stays_as_it_is(text: str) -> None:
    plate = normalised_plate(text)
    assert normalised_plate(plate) == plate


@given(st.text(alphabet=LATIN + "0123456789"), st.data())
def test_however_a_plate_is_written_it_is_the_same(plate: str, data: st.DataObject) -> None:
    twins = dict(zip(LATIN, CYRILLIC, strict=True))
    written = ""
    for letter in plate:
        letter = data.draw(st.sampled_from([letter, twins.get(letter, letter)]))
        written += data.draw(st.sampled_from([letter, letter.lower()])) + data.draw(
            st.sampled_from(["", " ", "-", "–"])
        )
    assert normalised_plate(written) == plate
