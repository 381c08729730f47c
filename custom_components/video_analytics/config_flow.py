"""The config flow: one for all vendors, built from what each vendor says about its sign-in."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, override

import probatio

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.core import callback
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

from .account import Options, async_load_vendor, open_http, place_path
from .const import (
    CONF_ACCOUNT_ID,
    CONF_PROOF,
    CONF_SIGN_IN,
    CONF_VENDOR,
    DOMAIN,
    OPTION_ALL_CAMERAS,
    OPTION_CAMERAS,
    OPTION_DETECTION_HOLD,
    OPTION_PLACES,
)
from .coordinator import MANY_CAMERAS
from .exceptions import translation_key
from .vendors import KEYS
from .vendors.contract import FieldKind, SignInField, SignInValue, SignInValues, Vendor
from .vendors.errors import VendorError
from .vendors.models.state import AccountIdentity, AccountState, Camera, Wanted

_ADVANCED = "advanced"
_TEXT_TYPES = {
    FieldKind.URL: TextSelectorType.URL,
    FieldKind.TEXT: TextSelectorType.TEXT,
    FieldKind.PASSWORD: TextSelectorType.PASSWORD,
}


class VideoAnalyticsConfigFlow(ConfigFlow, domain=DOMAIN):
    """Adds an account, or changes how it signs in.

    Each vendor has one step under its own key, for adding, reauthentication and reconfiguration alike, so that every
    field has a help text of its own.
    """

    VERSION = 1

    def __init__(self) -> None:
        """Start with nothing known."""
        self._data: dict[str, Any] = {}
        self._title = ""
        self._state = AccountState()

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry[Any]) -> AccountOptionsFlow:
        return AccountOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the vendor."""
        return self.async_show_menu(step_id="user", menu_options=list(KEYS))

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Ask for new credentials, saying that the present ones were refused."""
        return await self._async_step_sign_in(entry_data[CONF_VENDOR])

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for other credentials or another address."""
        return await self._async_step_sign_in(self._get_reconfigure_entry().data[CONF_VENDOR])

    async def _async_step_sign_in(self, key: str, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a vendor's sign-in fields, and try them before they are saved."""
        vendor = await async_load_vendor(self.hass, key)
        known = self._known_values()
        errors: dict[str, str] = {}
        if user_input is not None:
            values = _sign_in_values(vendor, user_input, known)
            try:
                identity = await self._async_try(vendor, values)
            except VendorError as error:
                errors["base"] = translation_key(error)
            else:
                self._data = {
                    CONF_VENDOR: key,
                    CONF_ACCOUNT_ID: identity.id,
                    CONF_PROOF: sorted(identity.proof),
                    CONF_SIGN_IN: values,
                }
                if self.source not in (SOURCE_REAUTH, SOURCE_RECONFIGURE):
                    return await self._async_add(identity)
                if self._is_edited_account(identity):
                    return self._update()
                errors["base"] = "wrong_account"
            known = {**known, **values}
        elif self.source == SOURCE_REAUTH:
            errors["base"] = "sign_in_failed"
        return self.async_show_form(
            step_id=key,
            data_schema=_sign_in_schema(vendor, known, keep_secrets=self.source == SOURCE_RECONFIGURE),
            errors=errors,
            description_placeholders={"docs_url": vendor.docs_url},
        )

    async def async_step_cameras(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which of many cameras are wanted."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if _wants_any(user_input):
                return self.async_create_entry(title=self._title, data=self._data, options=user_input)
            errors["base"] = "no_cameras"
        return self.async_show_form(
            step_id="cameras",
            data_schema=probatio.Schema(_camera_fields(self._state, Options.of(user_input or {}))),
            errors=errors,
            description_placeholders={"count": str(len(self._state.cameras))},
        )

    def _known_values(self) -> SignInValues:
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry().data[CONF_SIGN_IN]  # type: ignore[no-any-return]
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry().data[CONF_SIGN_IN]  # type: ignore[no-any-return]
        return {}

    async def _async_try(self, vendor: Vendor, values: SignInValues) -> AccountIdentity:
        """Sign in and read the whole state once."""
        http = open_http(self.hass, values)
        (identity,) = await vendor.accounts(http, values)
        account = vendor.open(http, values, identity.id)
        try:
            self._state = await account.fetch(None, Wanted())
        finally:
            await account.close()
        return identity

    async def _async_add(self, identity: AccountIdentity) -> ConfigFlowResult:
        await self.async_set_unique_id(f"{self._data[CONF_VENDOR]}_{identity.id}")
        self._abort_if_unique_id_configured()
        for entry in self._async_current_entries():
            if entry.data[CONF_VENDOR] == self._data[CONF_VENDOR] and _is_account(entry, identity):
                return self.async_abort(reason="already_configured")
        self._title = identity.title
        if len(self._state.cameras) > MANY_CAMERAS:
            return await self.async_step_cameras()
        return self.async_create_entry(title=self._title, data=self._data)

    def _edited_entry(self) -> ConfigEntry[Any]:
        return self._get_reauth_entry() if self.source == SOURCE_REAUTH else self._get_reconfigure_entry()

    def _is_edited_account(self, identity: AccountIdentity) -> bool:
        """Tell whether the credentials belong to the account that is being edited.

        An account that had nothing to prove itself with is taken at the user's word.
        """
        entry = self._edited_entry()
        return not entry.data[CONF_PROOF] or _is_account(entry, identity)

    def _update(self) -> ConfigFlowResult:
        """Save; the entry's id stays, since the entities' ids are made of it."""
        entry = self._edited_entry()
        data = {**self._data, CONF_ACCOUNT_ID: entry.data[CONF_ACCOUNT_ID]}
        # The update listener reloads when it is there and something changed. After a failed set-up there is none, and
        # after a refusal that has passed nothing changes, but polling has stopped.
        listener_reloads = entry.state is ConfigEntryState.LOADED and data != entry.data
        result = self.async_update_and_abort(entry, data=data)
        if not listener_reloads:
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return result


def _vendor_step(
    key: str,
) -> Callable[[VideoAnalyticsConfigFlow, dict[str, Any] | None], Coroutine[Any, Any, ConfigFlowResult]]:
    async def step(flow: VideoAnalyticsConfigFlow, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        return await flow._async_step_sign_in(key, user_input)  # becomes its method below

    return step


for _key in KEYS:
    setattr(VideoAnalyticsConfigFlow, f"async_step_{_key}", _vendor_step(_key))


class AccountOptionsFlow(OptionsFlow):
    """Changes which cameras are wanted, and tastes. The entry's update listener reloads it."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for all options."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        everything: AccountState = self.config_entry.runtime_data.everything
        errors: dict[str, str] = {}
        if user_input is not None:
            if not everything.cameras or _wants_any(user_input):
                return self.async_create_entry(data={**self.config_entry.options, **user_input})
            errors["base"] = "no_cameras"
        options = Options.of({**self.config_entry.options, **(user_input or {})})
        hold = NumberSelector(
            NumberSelectorConfig(min=5, max=600, step=5, unit_of_measurement="s", mode=NumberSelectorMode.BOX)
        )
        return self.async_show_form(
            step_id="init",
            data_schema=probatio.Schema(
                {
                    **_camera_fields(everything, options),
                    probatio.Required(OPTION_DETECTION_HOLD, default=options.detection_hold): hold,
                }
            ),
            errors=errors,
        )


def _is_account(entry: ConfigEntry[Any], identity: AccountIdentity) -> bool:
    return identity.is_same_account(entry.data[CONF_ACCOUNT_ID], frozenset(entry.data[CONF_PROOF]))


def _sign_in_schema(vendor: Vendor, known: SignInValues, *, keep_secrets: bool) -> probatio.Schema:
    """Build the form; secrets are never shown again, and may stay empty where the known ones are kept."""
    plain: dict[probatio.Marker, Any] = {}
    advanced: dict[probatio.Marker, Any] = {}
    for field in vendor.fields:
        value = None if field.secret else known.get(field.name) if field.name in known else field.default
        default = probatio.UNDEFINED if value is None else value
        kept = field.secret and keep_secrets
        marker = probatio.Required if field.required and not kept else probatio.Optional
        (advanced if field.advanced else plain)[marker(field.name, default=default)] = _selector(field)
    if advanced:
        plain[probatio.Required(_ADVANCED)] = section(probatio.Schema(advanced), {"collapsed": True})
    return probatio.Schema(plain)


def _selector(field: SignInField) -> Selector[Any]:
    match field.kind:
        case FieldKind.BOOLEAN:
            return BooleanSelector()
        case FieldKind.CHOICE:
            return SelectSelector(
                SelectSelectorConfig(
                    options=list(field.choices), translation_key=field.name, mode=SelectSelectorMode.DROPDOWN
                )
            )
        case kind:
            return TextSelector(TextSelectorConfig(type=_TEXT_TYPES[kind]))


def _sign_in_values(vendor: Vendor, user_input: Mapping[str, Any], known: SignInValues) -> dict[str, SignInValue]:
    """Flatten what the form returned; an empty secret means the known one."""
    entered = {**user_input, **user_input.get(_ADVANCED, {})}
    values: dict[str, SignInValue] = {}
    for field in vendor.fields:
        value = entered.get(field.name)
        if value in (None, ""):
            value = known.get(field.name, field.default)
        if value is not None:
            values[field.name] = value
    return values


def _camera_fields(state: AccountState, options: Options) -> dict[probatio.Marker, Any]:
    """Build the choice of cameras: all, by name, by place. Nothing where there are no cameras."""
    if not state.cameras:
        return {}
    by_name = sorted(state.cameras.values(), key=lambda camera: camera.name.casefold())
    places = sorted({place_path(camera) for camera in by_name if camera.places}, key=str.casefold)
    cameras = [SelectOptionDict(value=camera.id, label=_label(camera)) for camera in by_name]
    fields: dict[probatio.Marker, Any] = {
        probatio.Required(OPTION_ALL_CAMERAS, default=options.all_cameras): BooleanSelector(),
        probatio.Optional(OPTION_CAMERAS, default=sorted(options.cameras & state.cameras.keys())): _multiple(cameras),
    }
    if places:
        chosen = sorted(options.places.intersection(places))
        fields[probatio.Optional(OPTION_PLACES, default=chosen)] = _multiple(
            [SelectOptionDict(value=place, label=place) for place in places]
        )
    return fields


def _multiple(options: list[SelectOptionDict]) -> SelectSelector:
    return SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.DROPDOWN))


def _label(camera: Camera) -> str:
    return f"{camera.name} ({place_path(camera)})" if camera.places else camera.name


def _wants_any(choice: Mapping[str, Any]) -> bool:
    return bool(choice.get(OPTION_ALL_CAMERAS) or choice.get(OPTION_CAMERAS) or choice.get(OPTION_PLACES))
