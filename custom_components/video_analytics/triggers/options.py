"""Options of triggers and conditions: their schemas, and what their values test."""

from collections.abc import Callable
from dataclasses import dataclass
import re
from typing import Any

import probatio

from homeassistant.helpers import config_validation as cv

from ..fields import plate_status
from ..names import normalised_name
from ..plates import normalised_plate
from ..vendors.models.moments import OF_PHOTOS, Moment, MomentKind, Recognition

CONF_INCLUDE_LATE = "include_late"
CONF_PLACES = "places"
CONF_WHERE = "where"
INCLUDE_LATE: dict[probatio.Marker, Any] = {probatio.Optional(CONF_INCLUDE_LATE, default=False): cv.boolean}

ELSEWHERE = OF_PHOTOS | {MomentKind.SEEN}
"""What does not happen at cameras."""

type Test = Callable[[Moment], bool]


@dataclass(frozen=True, slots=True)
class Filter[T]:
    """An option that lets only some moments pass: its schema, and what its value tests."""

    schema: Any
    test: Callable[[T], Test]


def named(place: str | None, names: list[str]) -> bool:
    """Tell whether a place is called one of these."""
    return normalised_name(place or "") in map(normalised_name, names)


def _who(names: list[str]) -> Test:
    patterns = [_pattern(normalised_name(name)) for name in names]
    return lambda moment: any(pattern.fullmatch(normalised_name(moment.subject or "")) for pattern in patterns)


def _groups(groups: list[str]) -> Test:
    wanted = {*map(normalised_name, groups)}
    return lambda moment: not wanted.isdisjoint(map(normalised_name, moment.groups))


def _confidence(percent: float) -> Test:
    return lambda moment: moment.confidence is not None and moment.confidence >= percent / 100


def _plates(plates: list[str]) -> Test:
    patterns = [_pattern(normalised_plate(plate)) for plate in plates]
    return lambda moment: any(pattern.fullmatch(normalised_plate(moment.subject or "")) for pattern in patterns)


def _statuses(statuses: list[str]) -> Test:
    return lambda moment: plate_status(moment).value in statuses


def _directions(directions: list[str]) -> Test:
    wanted = {*map(normalised_name, directions)}
    return lambda moment: normalised_name(moment.direction or "") in wanted


def _kinds(kinds: list[str]) -> Test:
    return lambda moment: moment.kind.value in kinds


def _pattern(text: str) -> re.Pattern[str]:
    """Read wildcards: * for any text, also none, ? for one letter."""
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _plate(value: Any) -> str:
    if not normalised_plate(plate := cv.string(value)):
        raise probatio.Invalid("a plate needs a letter, a digit or a wildcard (* or ?)")
    return plate


def text(value: Any) -> str:
    """Take a text that says something."""
    if not normalised_name(given := cv.string(value)):
        raise probatio.Invalid("a text is empty")
    return given


def list_of(item: Any, *, required: bool = False) -> Any:
    """Take a list that lists something: one that a person has emptied must not mean everything."""
    advice = "choose something" if required else "leave the option out to mean all"
    return probatio.All(cv.ensure_list, probatio.Length(min=1, msg=f"the list is empty; {advice}"), [item])


_PERCENT = probatio.All(probatio.Coerce(float), probatio.Range(min=0, max=100))

WHO = Filter(list_of(text), _who)
GROUPS = Filter(list_of(text), _groups)
MINIMUM_CONFIDENCE = Filter(_PERCENT, _confidence)
PLATES = Filter(list_of(_plate), _plates)
STATUS = Filter(list_of(probatio.In([status.value for status in Recognition])), _statuses)
DIRECTION = Filter(list_of(text), _directions)
KINDS = Filter(
    list_of(probatio.In([kind.value for kind in MomentKind if kind not in ELSEWHERE]), required=True), _kinds
)
