"""The config flow: one for all vendors, built from what each vendor says about its sign-in."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from types import MappingProxyType
from typing import Any, override

import probatio

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.core import HomeAssistant, callback

from .account import Options, async_load_vendor, open_http, shows_cameras
from .const import CONF_ACCOUNT_ID, CONF_PROOF, CONF_SIGN_IN, CONF_VENDOR, DOMAIN
from .coordinator import MANY_CAMERAS
from .devices import known_cameras
from .exceptions import reason_of, translation_key
from .forms import (
    HOOK_ADDRESS,
    account_selector,
    camera_fields,
    event_fields,
    flat,
    hook_fields,
    kept_choices,
    picture_fields,
    sign_in_schema,
    sign_in_values,
    wants_any,
)
from .hints import Hints
from .people import SUBENTRY_PEOPLE
from .people_flow import PeopleFlow
from .vendors import KEYS
from .vendors.contract import Account, SignInValues, Vendor
from .vendors.errors import NotPermitted, VendorError
from .vendors.models.state import AccountIdentity, AccountState, Wanted


class VideoAnalyticsConfigFlow(ConfigFlow, domain=DOMAIN):
    """Adds an account, or changes how it signs in.

    Each vendor has one step under its own key, for adding, reauthentication and reconfiguration alike, so that every
    field has a help text of its own.
    """

    VERSION = 1

    _vendor: Vendor
    _values: SignInValues = MappingProxyType({})
    """As entered last."""
    _identities: Mapping[str, AccountIdentity]
    _identity: AccountIdentity
    _state: AccountState

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry[Any]) -> AccountOptionsFlow:
        return AccountOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry[Any]) -> dict[str, type[ConfigSubentryFlow]]:
        # Home Assistant asks once, perhaps before it is known what the account can do: the flow says so where it cannot.
        return {SUBENTRY_PEOPLE: PeopleFlow}

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
        if key not in KEYS:
            return self.async_abort(reason="unknown_vendor")
        self._vendor = await async_load_vendor(self.hass, key)
        edited = self._edited_entry()
        kept: SignInValues = edited.data[CONF_SIGN_IN] if edited else self._values
        errors: dict[str, str] = {}
        reason = ""
        if user_input is not None:
            self._values = sign_in_values(self._vendor, user_input, kept)
            try:
                identities = await self._vendor.accounts(open_http(self.hass, self._vendor, self._values), self._values)
                if edited is None:
                    return await self._async_choose(identities)
                if identity := _account_of(self.hass, edited, identities):
                    await self._async_try(identity)
                    return self._update(edited)
            except VendorError as error:
                errors["base"] = translation_key(type(error))
                reason = reason_of(error)
            else:
                errors["base"] = "wrong_account"
        elif self.source == SOURCE_REAUTH:
            errors["base"] = translation_key(self._vendor.refusal)
        return self.async_show_form(
            step_id=key,
            data_schema=sign_in_schema(
                self._vendor, {**kept, **self._values}, keep_secrets=self.source == SOURCE_RECONFIGURE
            ),
            errors=errors,
            description_placeholders={"docs_url": self._vendor.docs_url, "reason": reason},
        )

    async def async_step_account(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which of several accounts behind the credentials is meant."""
        errors: dict[str, str] = {}
        reason = ""
        if user_input is not None:
            try:
                return await self._async_add(self._identities[user_input[CONF_ACCOUNT_ID]])
            except VendorError as error:
                errors["base"] = translation_key(type(error))
                reason = reason_of(error)
        return self.async_show_form(
            step_id="account",
            data_schema=probatio.Schema({probatio.Required(CONF_ACCOUNT_ID): account_selector(self._identities)}),
            errors=errors,
            description_placeholders={"reason": reason},
        )

    async def async_step_cameras(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which of many cameras are wanted."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if wants_any(user_input):
                return self.async_create_entry(title=self._identity.title, data=self._data(), options=user_input)
            errors["base"] = "no_cameras"
        return self.async_show_form(
            step_id="cameras",
            data_schema=probatio.Schema(camera_fields(self._state, Options.of(user_input or {}))),
            errors=errors,
            description_placeholders={"count": str(len(self._state.cameras))},
        )

    async def _async_choose(self, identities: Sequence[AccountIdentity]) -> ConfigFlowResult:
        """Go on with the only account that is not set up yet, or ask which."""
        present = [entry for entry in self._async_current_entries() if entry.data[CONF_VENDOR] == self._vendor.key]
        new = [item for item in identities if not any(_is_account(self.hass, entry, item) for entry in present)]
        if not new:
            return self.async_abort(reason="already_configured" if identities else "no_accounts")
        if len(new) == 1:
            return await self._async_add(new[0])
        self._identities = {identity.id: identity for identity in new}
        return await self.async_step_account()

    async def _async_add(self, identity: AccountIdentity) -> ConfigFlowResult:
        await self.async_set_unique_id(f"{self._vendor.key}_{identity.id}")
        self._abort_if_unique_id_configured()
        await self._async_try(identity)
        if len(self._state.cameras) > MANY_CAMERAS:
            return await self.async_step_cameras()
        return self.async_create_entry(title=identity.title, data=self._data())

    async def _async_try(self, identity: AccountIdentity) -> None:
        """Read the whole state of an account once."""
        self._identity = identity
        account = self._vendor.open(open_http(self.hass, self._vendor, self._values), self._values, identity.id)
        try:
            self._state = await account.fetch(None, Wanted())
            if not (shows_cameras(account, self._state) or account.moments or account.people):
                missing = "; ".join(account.switched_off.values())
                raise NotPermitted("Nothing of the account may be seen", missing or None)
        finally:
            await account.close()

    def _data(self) -> dict[str, Any]:
        return {
            CONF_VENDOR: self._vendor.key,
            CONF_ACCOUNT_ID: self._identity.id,
            CONF_PROOF: None if self._identity.proof is None else sorted(self._identity.proof),
            CONF_SIGN_IN: dict(self._values),
        }

    def _edited_entry(self) -> ConfigEntry[Any] | None:
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        return self._get_reconfigure_entry() if self.source == SOURCE_RECONFIGURE else None

    def _update(self, entry: ConfigEntry[Any]) -> ConfigFlowResult:
        """Save; the entry's id stays, since the entities' ids are made of it."""
        data = {**entry.data, **self._data(), CONF_ACCOUNT_ID: entry.data[CONF_ACCOUNT_ID]}
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
        everything: AccountState = self.config_entry.runtime_data.coordinator.everything
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = flat(user_input)
            user_input.pop(HOOK_ADDRESS, None)  # only shown
            if not everything.cameras or wants_any(user_input):
                kept = kept_choices(everything, self.config_entry.options)
                chosen = {key: [*user_input.get(key, ()), *values] for key, values in kept.items()}
                return self.async_create_entry(data={**self.config_entry.options, **user_input, **chosen})
            errors["base"] = "no_cameras"
        options = Options.of({**self.config_entry.options, **(user_input or {})})
        runtime = self.config_entry.runtime_data
        account: Account = runtime.coordinator.account
        hints: Hints | None = runtime.hints
        fields = camera_fields(everything, options)
        if account.moments and shows_cameras(account, everything):
            fields |= event_fields(everything, options)
        if account.moments:
            fields |= picture_fields(options)
        if hints and hints.by_hand:
            fields |= hook_fields(hints.address)
        return self.async_show_form(step_id="init", data_schema=probatio.Schema(fields), errors=errors)


def _is_account(hass: HomeAssistant, entry: ConfigEntry[Any], identity: AccountIdentity) -> bool:
    """Tell whether an entry is an account; cameras that came later prove it as well as those of the first sign-in."""
    cameras = known_cameras(hass, entry).union(entry.data[CONF_PROOF] or ())
    return identity.is_same_account(entry.data[CONF_ACCOUNT_ID], cameras)


def _account_of(
    hass: HomeAssistant, entry: ConfigEntry[Any], identities: Sequence[AccountIdentity]
) -> AccountIdentity | None:
    """Find the account of an entry. One that has never had anything to prove itself with is taken at the user's word."""
    for identity in identities:
        if _is_account(hass, entry, identity):
            return identity
    unproven = entry.data[CONF_PROOF] == [] and not known_cameras(hass, entry)
    return identities[0] if unproven and len(identities) == 1 else None
