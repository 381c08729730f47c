"""The examples of the vendor's page, verbatim: what is sent and what comes back, one file per call."""

from dataclasses import dataclass
from functools import cache
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@dataclass(frozen=True, slots=True)
class Example:
    """One call."""

    request: dict[str, Any]
    response: dict[str, Any]


@cache
def example(name: str) -> Example:
    """Read an example."""
    return Example(**json.loads((FOLDER / f"{name}.json").read_text("utf-8")))
