"""Text that must not be seen."""

from dataclasses import dataclass
from typing import override


@dataclass(frozen=True, slots=True)
class Secret:
    """A key, a password, a token or a signed address; only `reveal()` shows it."""

    _text: str

    def reveal(self) -> str:
        """Return the text, for the one place that sends it."""
        return self._text

    @override
    def __repr__(self) -> str:
        return "Secret(…)"

    @override
    def __str__(self) -> str:
        return "…"
