"""The forms of the config flow: a vendor's sign-in fields, and the choice of cameras."""

from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.data_entry_flow import section
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
    TextSelectorConfig,
    TextSelectorType,
)

from .account import Options, place_path
from .const import (
    OPTION_ALL_CAMERAS,
    OPTION_ALL_EVENTS,
    OPTION_CAMERAS,
    OPTION_DETECTION_HOLD,
    OPTION_EVENT_CAMERAS,
    OPTION_PICTURE_DAYS,
    OPTION_PICTURE_MEGABYTES,
    OPTION_PICTURE_WAIT,
    OPTION_PLACES,
)
from .vendors.contract import FieldKind, SignInField, SignInValue, SignInValues, Vendor
from .vendors.models.state import AccountIdentity, AccountState, Camera

_ADVANCED = "advanced"
_EVENTS = "events"
_PICTURES = "pictures"
_HOOK = "hook"
HOOK_ADDRESS = "hook_address"
_TEXT_TYPES = {
    FieldKind.URL: TextSelectorType.URL,
    FieldKind.TEXT: TextSelectorType.TEXT,
    FieldKind.PASSWORD: TextSelectorType.PASSWORD,
}


def sign_in_schema(vendor: Vendor, known: SignInValues, *, keep_secrets: bool) -> probatio.Schema:
    """Build the form; secrets are never shown again, and may stay empty where the known ones are kept.

    An optional one that is known can be given up.
    """
    plain: dict[probatio.Marker, Any] = {}
    advanced: dict[probatio.Marker, Any] = {}
    for field in vendor.fields:
        value = None if field.secret else known.get(field.name) if field.name in known else field.default
        default = probatio.UNDEFINED if value is None else value
        kept = field.secret and keep_secrets
        marker = probatio.Required if field.required and not kept else probatio.Optional
        part = advanced if field.advanced else plain
        part[marker(field.name, default=default)] = _selector(vendor, field)
        if field.secret and not field.required and known.get(field.name):
            part[probatio.Required(_given_up(field), default=False)] = BooleanSelector()
    if advanced:
        plain[probatio.Required(_ADVANCED)] = section(probatio.Schema(advanced), {"collapsed": True})
    return probatio.Schema(plain)


def _selector(vendor: Vendor, field: SignInField) -> Selector[Any]:
    match field.kind:
        case FieldKind.BOOLEAN:
            return BooleanSelector()
        case FieldKind.CHOICE:
            return SelectSelector(
                SelectSelectorConfig(
                    options=list(field.choices),
                    translation_key=f"{vendor.key}_{field.name}",
                    mode=SelectSelectorMode.DROPDOWN,
                )
            )
        case kind:
            return TextSelector(TextSelectorConfig(type=_TEXT_TYPES[kind]))


def _given_up(field: SignInField) -> str:
    return f"without_{field.name}"


def sign_in_values(vendor: Vendor, user_input: Mapping[str, Any], known: SignInValues) -> dict[str, SignInValue]:
    """Flatten what the form returned; an empty secret means the known one, another empty field its default.

    What is given up is left out.
    """
    entered = {**user_input, **user_input.get(_ADVANCED, {})}
    values: dict[str, SignInValue] = {}
    for field in vendor.fields:
        value = entered.get(field.name)
        if value in (None, ""):
            value = known.get(field.name) if field.secret else field.default
        if value is not None and not entered.get(_given_up(field)):
            values[field.name] = value
    return values


def camera_fields(state: AccountState, options: Options) -> dict[probatio.Marker, Any]:
    """Build the choice of cameras: all, by name, by place. Nothing where there are no cameras."""
    if not state.cameras:
        return {}
    places = sorted({place_path(camera) for camera in state.cameras.values() if camera.places}, key=str.casefold)
    fields: dict[probatio.Marker, Any] = {
        probatio.Required(OPTION_ALL_CAMERAS, default=options.all_cameras): BooleanSelector(),
        probatio.Optional(OPTION_CAMERAS, default=sorted(options.cameras & state.cameras.keys())): _cameras(state),
    }
    if places:
        chosen = sorted(options.places.intersection(places))
        fields[probatio.Optional(OPTION_PLACES, default=chosen)] = _multiple(
            [SelectOptionDict(value=place, label=place) for place in places]
        )
    return fields


def event_fields(state: AccountState, options: Options) -> dict[probatio.Marker, Any]:
    """Build the choice of whose events matter, and how they are told."""
    chosen = sorted(options.event_cameras & state.cameras.keys())
    events: dict[probatio.Marker, Any] = {
        probatio.Required(OPTION_ALL_EVENTS, default=options.all_events): BooleanSelector(),
        probatio.Optional(OPTION_EVENT_CAMERAS, default=chosen): _cameras(state),
        probatio.Required(OPTION_DETECTION_HOLD, default=options.detection_hold): _number(0, 600, 5, "s"),
        probatio.Required(OPTION_PICTURE_WAIT, default=options.picture_wait): _number(0, 10, 0.5, "s"),
    }
    return {probatio.Required(_EVENTS): section(probatio.Schema(events))}


def picture_fields(options: Options) -> dict[probatio.Marker, Any]:
    """Build the choice of what becomes of the pictures of events."""
    pictures: dict[probatio.Marker, Any] = {
        probatio.Required(OPTION_PICTURE_DAYS, default=options.picture_days): _number(0, 365, 1, "d"),
        probatio.Required(OPTION_PICTURE_MEGABYTES, default=options.picture_megabytes): _number(10, 10000, 10, "MB"),
    }
    return {probatio.Required(_PICTURES): section(probatio.Schema(pictures), {"collapsed": True})}


def hook_fields(address: str | None) -> dict[probatio.Marker, Any]:
    """Show the address of the account's webhook, to be copied."""
    shown = TextSelector(TextSelectorConfig(type=TextSelectorType.TEXT, read_only=True))
    return {
        probatio.Required(_HOOK): section(
            probatio.Schema({probatio.Optional(HOOK_ADDRESS, default=address or ""): shown}), {"collapsed": True}
        )
    }


def flat(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Take the options out of their sections."""
    plain = {key: value for key, value in user_input.items() if key not in (_EVENTS, _PICTURES, _HOOK)}
    return {**plain, **user_input.get(_EVENTS, {}), **user_input.get(_PICTURES, {}), **user_input.get(_HOOK, {})}


def _number(least: float, most: float, step: float, unit: str) -> NumberSelector:
    config = NumberSelectorConfig(min=least, max=most, step=step, unit_of_measurement=unit, mode=NumberSelectorMode.BOX)
    return NumberSelector(config)


def account_selector(identities: Mapping[str, AccountIdentity]) -> SelectSelector:
    """Build the choice of one of several accounts."""
    options = [SelectOptionDict(value=identity.id, label=identity.title) for identity in identities.values()]
    return SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST))


def _multiple(options: list[SelectOptionDict]) -> SelectSelector:
    return SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.DROPDOWN))


def _cameras(state: AccountState) -> SelectSelector:
    by_name = sorted(state.cameras.values(), key=lambda camera: camera.name.casefold())
    return _multiple([SelectOptionDict(value=camera.id, label=_label(camera)) for camera in by_name])


def _label(camera: Camera) -> str:
    return f"{camera.name} ({place_path(camera)})" if camera.places else camera.name


def kept_choices(state: AccountState, options: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return chosen cameras and places that the form could not show, since the vendor does not list them at present."""
    places = {place_path(camera) for camera in state.cameras.values()}
    kept = {
        OPTION_CAMERAS: [camera for camera in options.get(OPTION_CAMERAS, ()) if camera not in state.cameras],
        OPTION_PLACES: [place for place in options.get(OPTION_PLACES, ()) if place not in places],
        OPTION_EVENT_CAMERAS: [
            camera for camera in options.get(OPTION_EVENT_CAMERAS, ()) if camera not in state.cameras
        ],
    }
    return {key: values for key, values in kept.items() if values}


def wants_any(choice: Mapping[str, Any]) -> bool:
    """Tell whether a choice leaves any camera."""
    return bool(choice.get(OPTION_ALL_CAMERAS) or choice.get(OPTION_CAMERAS) or choice.get(OPTION_PLACES))
