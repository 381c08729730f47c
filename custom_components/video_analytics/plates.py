"""Number plates, written so that equal ones are equal text."""

from unicodedata import category

_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
"""Cyrillic letters, the only ones on Russian plates, to the Latin ones that look the same."""


def normalised_plate(text: str) -> str:
    """Return a plate in upper case, without spaces and dashes, and with Latin letters for Cyrillic ones that look alike."""
    kept = "".join(letter for letter in text if not letter.isspace() and category(letter) != "Pd")
    return kept.upper().translate(_LOOK_ALIKES)
