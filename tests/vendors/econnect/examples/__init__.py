"""The examples of the vendor's pages "Detections" and "Photos & Documents", and the errata of their printing.

`request` is what the page's curl sends, `response` what it shows; where it shows none, there is none here.
"""

from dataclasses import dataclass
from functools import cache
import json
from pathlib import Path
import tomllib
from typing import Any

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@dataclass(frozen=True, slots=True)
class Erratum:
    """One correction."""

    example: str
    wrong: str
    right: str
    reason: str

    def correct(self, text: str) -> str:
        """Correct an example; what is not there cannot be corrected."""
        assert text.count(self.wrong) == 1, f"{self.example}: {self.reason}"
        return text.replace(self.wrong, self.right)


@dataclass(frozen=True, slots=True)
class Example:
    """One call."""

    request: dict[str, Any]
    response: dict[str, Any]


ERRATA = tuple(Erratum(**row) for row in tomllib.loads((FOLDER / "errata.toml").read_text("utf-8"))["errata"])


def printed(name: str) -> str:
    """Return an example as it is printed."""
    return (FOLDER / f"{name}.json").read_text("utf-8")


@cache
def example(name: str) -> Example:
    """Read an example as it is meant."""
    text = printed(name)
    for erratum in ERRATA:
        if erratum.example == name:
            text = erratum.correct(text)
    return Example(**json.loads(text))
