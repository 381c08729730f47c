"""The example blocks of the vendor's REST API guide, verbatim, and the errata of its printing.

A block keeps the guide's line breaks, without the blank lines between pages and without breaks inside a string.
"""

from dataclasses import dataclass
from functools import cache
import json
from pathlib import Path
import tomllib
from typing import Any

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(path.stem for path in (FOLDER / "blocks").glob("*.txt")))


@dataclass(frozen=True, slots=True)
class Erratum:
    """One correction."""

    block: str
    wrong: str
    right: str
    reason: str
    times: int = 1

    def correct(self, text: str) -> str:
        """Correct a block; what is not there cannot be corrected."""
        assert text.count(self.wrong) == self.times, f"{self.block}: {self.reason}"
        return text.replace(self.wrong, self.right)


ERRATA = tuple(Erratum(**row) for row in tomllib.loads((FOLDER / "errata.toml").read_text("utf-8"))["errata"])


def printed(name: str) -> str:
    """Return a block as it is printed."""
    return (FOLDER / "blocks" / f"{name}.txt").read_text("utf-8")


def example(name: str) -> Any:
    """Return a block as it is meant."""
    return json.loads(_meant(name))


@cache
def _meant(name: str) -> str:
    text = printed(name)
    for erratum in ERRATA:
        if erratum.block == name:
            text = erratum.correct(text)
    return text
