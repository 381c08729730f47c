"""Reproducible chance: the same key always throws the same numbers, on every machine and Python."""

from collections.abc import Sequence
from hashlib import blake2b


class Dice:
    """A stream of numbers made of a key; far cheaper to start than ``random.Random``."""

    __slots__ = ("_bits", "_key", "_rounds")

    def __init__(self, *key: int | str) -> None:
        self._key = "/".join(map(str, key)).encode()
        self._rounds = 0
        self._bits = 0

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to ``limit - 1``."""
        if self._bits < limit << 32:
            self._bits = int.from_bytes(blake2b(self._key, salt=self._rounds.to_bytes(8)).digest())
            self._rounds += 1
        self._bits, number = divmod(self._bits, limit)
        return number

    def between(self, low: float, high: float) -> float:
        """Return a number from ``low`` up to ``high``."""
        return low + (high - low) * self.below(1 << 16) / (1 << 16)

    def chance(self, share: float) -> bool:
        """Return True in ``share`` (0..1) of all throws."""
        return self.between(0, 1) < share

    def pick[T](self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[self.below(len(choices))]

    def shuffled[T](self, items: Sequence[T]) -> list[T]:
        """Return the items in another order."""
        rest = list(items)
        return [rest.pop(self.below(len(rest))) for _ in items]
