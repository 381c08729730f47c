"""Ids as the vendor makes them: a prefix, and a uuid in 57 letters and digits that nobody mixes up."""

from uuid import uuid5

from ..world.places import NAMESPACE

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LENGTH = 22


def make_id(prefix: str, *key: object) -> str:
    """Return the id that belongs to a key, the same one on every machine."""
    number = uuid5(NAMESPACE, "/".join(map(str, ("gumnut", prefix, *key)))).int
    digits = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return f"{prefix}_{''.join(reversed(digits))}"
