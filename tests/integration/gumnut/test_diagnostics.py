"""Diagnostics of a photo library show numbers, and nobody's name, place or picture."""

import json

from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from .photos import ANNA, ready


async def test_what_a_library_holds(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, add_account: AddAccount, people: dict[str, str]
) -> None:
    entry = await add_account(people={ANNA: people[ANNA]})
    await ready(hass, entry)
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert diagnostics["capabilities"] == ["moments", "people", "photos"]
    assert diagnostics["switched_off"] == {}
    assert diagnostics["sign_in"] == {"key": "**REDACTED**", "url": "**REDACTED**", "verify_tls": True}
    assert diagnostics["library"]["items"] == 60
    assert diagnostics["library"]["named_people"] == diagnostics["known_people"] == len(people)
    assert (diagnostics["moments"]["source"], diagnostics["moments"]["watched_people"]) == ("polling", 1)


async def test_why_nobody_is_found(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, add_account: AddAccount
) -> None:
    await simulator.patch_user_settings(face_detection_preference=False)
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, await add_account())
    assert diagnostics["switched_off"] == {"faces": "automatic face detection is off"}


async def test_nothing_secret_or_personal_is_in_them(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    add_account: AddAccount,
    device_registry: dr.DeviceRegistry,
    people: dict[str, str],
    library: str,
) -> None:
    entry = await add_account(people=people)
    await ready(hass, entry)
    texts = [json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, entry), ensure_ascii=False)]
    texts += [
        json.dumps(await get_diagnostics_for_device(hass, hass_client, entry, device), ensure_ascii=False)
        for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    ]
    assert len(texts) == 1 + 1 + len(people)
    rows = (await simulator.libraries())[0]
    hidden = [simulator.credentials["key"], "127.0.0.1", library, "Harbour", "Hamburg", "asset_", "/media/"]
    hidden += [*people.keys(), *people.values(), *rows["photos"]]  # type: ignore[misc, list-item]
    assert [secret for secret in hidden if secret in "".join(texts)] == []
