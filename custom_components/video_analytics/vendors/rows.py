"""Lists that are asked for again and again and hardly ever change."""

from collections.abc import Callable, Sequence

from .json import JsonObject


class Rows[T]:
    """Decodes a row again only when more of it changed than its volatile keys.

    Real answers rarely repeat byte for byte (tokens, times and signed addresses rotate), but comparing a row costs a
    small part of decoding it, and an unchanged object spares its entities from looking.
    """

    def __init__(
        self, stable: Callable[[JsonObject], tuple[str, JsonObject]], decode: Callable[[JsonObject], T]
    ) -> None:
        """`stable` returns a row's id and what of it counts; `decode` raises `BadAnswer`."""
        self._stable = stable
        self._decode = decode
        self._known: dict[str, tuple[JsonObject, T]] = {}

    def update(self, rows: Sequence[JsonObject]) -> dict[str, T]:
        """Return the decoded rows by id, in the vendor's order; all or nothing."""
        fresh: dict[str, tuple[JsonObject, T]] = {}
        for row in rows:
            row_id, stable = self._stable(row)
            known = self._known.get(row_id)
            if known is None or known[0] != stable:
                decoded = self._decode(row)
                # What changed may be nothing that is read.
                known = (stable, known[1] if known and known[1] == decoded else decoded)
            fresh[row_id] = known
        self._known = fresh
        return {row_id: decoded for row_id, (_, decoded) in fresh.items()}
