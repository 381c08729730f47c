"""The example of the vendor's page "Create a face", verbatim, and what it leaves out."""

from dataclasses import dataclass
from functools import cache
import json
from pathlib import Path
import tomllib
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Example:
    """One call: what is sent and what comes back."""

    request: dict[str, Any]
    response: dict[str, Any]


@cache
def example(name: str) -> Example:
    """Read an example."""
    return Example(**json.loads((FOLDER / f"{name}.json").read_text("utf-8")))


@cache
def errata() -> tuple[dict[str, Any], ...]:
    """Read what is wrong in print."""
    return tuple(tomllib.loads((FOLDER / "errata.toml").read_text("utf-8"))["errata"])


def corrected(name: str) -> dict[str, Any]:
    """Return the answer of an example as it is meant."""
    changes = {erratum["field"]: erratum["right"] for erratum in errata() if erratum["example"] == name}
    return {**example(name).response["body"], **changes}
