"""The forms of the subentries that watch people."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import probatio

from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    Selector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from .people import (
    CONF_ID,
    CONF_MOST,
    CONF_NAME,
    CONF_PEOPLE,
    CONF_SEEN_RECENTLY,
    CONF_TAG,
    DEFAULT_MOST,
    DEFAULT_SEEN_RECENTLY,
)
from .vendors.models.databases import Tag

FOLLOW = "follow"
FIELD_NAME = "field_name"
FIELD_VALUE = "field_value"
_LONGEST = 24 * 60
"""Minutes."""
_MOST = 500


def _number(most: int, unit: str | None = None) -> NumberSelector:
    config = NumberSelectorConfig(min=1, max=most, step=1, mode=NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


_TITLE: dict[probatio.Marker, Selector[Any]] = {probatio.Optional(CONF_NAME): TextSelector()}
_TITLE_AND_TIME: dict[probatio.Marker, Selector[Any]] = {
    **_TITLE,
    probatio.Required(CONF_SEEN_RECENTLY, default=DEFAULT_SEEN_RECENTLY): _number(_LONGEST, "min"),
}
"""What the forms ask for in the end."""
FIELD_SCHEMA = probatio.Schema(
    {probatio.Required(FIELD_NAME): TextSelector(), probatio.Optional(FIELD_VALUE): TextSelector()}
)
ID_SCHEMA = probatio.Schema({probatio.Required(CONF_ID): TextSelector()})


def names_schema(choices: list[str]) -> probatio.Schema:
    """Offer names, and let others be typed."""
    names = SelectSelectorConfig(options=choices, multiple=True, custom_value=True, mode=SelectSelectorMode.DROPDOWN)
    return probatio.Schema({probatio.Required(CONF_PEOPLE): SelectSelector(names), **_TITLE_AND_TIME})


def choice_schema(names: Mapping[str, str], *, seen: bool = True) -> probatio.Schema:
    """Offer people by name; those of the same name are told apart by their ids.

    `seen` says whether people are seen, so that it matters how recently.
    """
    same = Counter(names.values())
    people = SelectSelectorConfig(
        options=[
            SelectOptionDict(value=key, label=name if same[name] == 1 else f"{name} ({key})")
            for key, name in sorted(names.items(), key=lambda row: row[1].casefold())
        ],
        multiple=True,
        mode=SelectSelectorMode.DROPDOWN,
    )
    return probatio.Schema(
        {probatio.Required(CONF_PEOPLE): SelectSelector(people), **(_TITLE_AND_TIME if seen else _TITLE)}
    )


def follow_schema(*, seen: bool = True) -> probatio.Schema:
    """Ask how many people may be watched; `seen` as for `choice_schema`."""
    fields = _TITLE_AND_TIME if seen else _TITLE
    return probatio.Schema({probatio.Required(CONF_MOST, default=DEFAULT_MOST): _number(_MOST), **fields})


def tag_schema(tags: Collection[Tag]) -> probatio.Schema:
    """Offer tags by name."""
    config = SelectSelectorConfig(
        options=[
            SelectOptionDict(value=tag.id, label=tag.name) for tag in sorted(tags, key=lambda tag: tag.name.casefold())
        ],
        mode=SelectSelectorMode.DROPDOWN,
    )
    return probatio.Schema(
        {
            probatio.Required(CONF_TAG): SelectSelector(config),
            probatio.Required(FOLLOW, default=False): BooleanSelector(),
        }
    )
