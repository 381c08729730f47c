"""Triggers stay at work while accounts come and go, and are told nothing twice."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.runtime import async_accounts
from custom_components.video_analytics.vendors.errors import Unreachable
from custom_components.video_analytics.vendors.models.moments import MomentKind
from homeassistant.core import CoreState, HomeAssistant

from ..hearing import hub_of, settle, until
from ..invented import Invented, InventedMoments, moment
from .automating import Automations
from .conftest import AddSystem

pytestmark = pytest.mark.usefixtures("hass_storage")

PERSON = MomentKind.PERSON
TRIGGER = "- trigger: video_analytics.detected\n  options: {kinds: [person]}"
WITH_LATE = "- trigger: video_analytics.detected\n  options: {kinds: [person], include_late: true}"


def listeners(hass: HomeAssistant, entry: MockConfigEntry) -> tuple[Any, ...]:
    """Return how many listen, everywhere where our triggers and conditions do."""
    runtime = entry.runtime_data
    registries = {key: count for key, count in hass.bus.async_listeners().items() if key.endswith("_registry_updated")}
    return (
        registries,
        len(runtime.moments.audience._followers),
        len(runtime.people._followers),
        len(runtime.coordinator._listeners),
        len(async_accounts(hass)._followers),
    )


async def test_an_account_that_is_added_later_is_heard(
    hass: HomeAssistant, source: InventedMoments, add_system: AddSystem, automations: Automations
) -> None:
    automation = await automations.add(TRIGGER)
    await add_system(1)
    source.happen(seen := moment(PERSON))
    await until(lambda: automation.events == [seen.id])


async def test_an_account_that_is_reloaded_is_heard_once(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    """What happens meanwhile is told afterwards, what was told is not told again."""
    automation = await automations.add(WITH_LATE)
    source.happen(before := moment(PERSON))
    await until(lambda: automation.events == [before.id])
    await hass.config_entries.async_unload(entry.entry_id)
    source.happen(meanwhile := moment(PERSON))
    await settle(hass)
    assert automation.events == [before.id]
    await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: automation.events == [before.id, meanwhile.id])
    for _ in range(3):
        await hass.config_entries.async_reload(entry.entry_id)
    source.happen(after := moment(PERSON))
    await until(lambda: after.id in automation.events)
    assert automation.events == [before.id, meanwhile.id, after.id]


async def test_an_account_that_cannot_be_set_up_at_first(
    hass: HomeAssistant,
    source: InventedMoments,
    invented: Invented,
    add_system: AddSystem,
    automations: Automations,
) -> None:
    invented.error = Unreachable("GET /state: it does not answer")
    automation = await automations.add(TRIGGER)
    entry = await add_system(1)
    assert not hasattr(entry, "runtime_data")
    invented.error = None
    await hass.config_entries.async_reload(entry.entry_id)
    source.happen(seen := moment(PERSON))
    await until(lambda: automation.events == [seen.id])


async def test_an_account_that_is_removed_is_not_missed(
    hass: HomeAssistant,
    source: InventedMoments,
    invented: Invented,
    add_system: AddSystem,
    automations: Automations,
) -> None:
    first = await add_system(1)
    invented.moments = other = InventedMoments()
    await add_system(2)
    automation = await automations.add(TRIGGER)
    await hass.config_entries.async_remove(first.entry_id)
    source.happen(moment(PERSON))
    other.happen(seen := moment(PERSON))
    await until(lambda: automation.events == [seen.id])


async def test_a_restart_replays_nothing_and_loses_nothing(
    hass: HomeAssistant, source: InventedMoments, add_system: AddSystem, automations: Automations
) -> None:
    """Automations listen before the first moment is told, whatever is loaded first."""
    entry = await add_system(1)
    hub_of(entry).audience.follow(lambda told: None)
    source.happen(before := moment(PERSON))
    await settle(hass)
    await hass.config_entries.async_unload(entry.entry_id)
    hass.set_state(CoreState.not_running)
    source.happen(long_ago := moment(PERSON, start=datetime.now(UTC) - timedelta(hours=1)), late=True)
    source.happen(just_now := moment(PERSON))
    await hass.config_entries.async_setup(entry.entry_id)
    automation = await automations.add(TRIGGER)
    with_late = await automations.add(WITH_LATE)
    await settle(hass)
    assert automation.runs == with_late.runs == []
    await hass.async_start()
    await until(lambda: just_now.id in automation.events and just_now.id in with_late.events)
    assert before.id not in with_late.events
    assert automation.events == [just_now.id]
    assert with_late.events == [long_ago.id, just_now.id]


async def test_nobody_listens_any_more_when_automations_and_accounts_are_gone(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    await automations.load([])
    source.happen(moment(PERSON))  # now, for it gives the camera entities that listen
    await settle(hass)
    before = listeners(hass, entry)
    for trigger in (
        "face_recognized",
        "unknown_face_seen",
        "plate_read",
        "person_seen",
        "camera_offline",
        "camera_online",
    ):
        await automations.add(f"- trigger: video_analytics.{trigger}\n  target: {{area_id: garden}}")
    await automations.add("- trigger: video_analytics.person_seen\n  options: {where: {area_id: garden}}")
    await automations.add("- trigger: video_analytics.export_finished")
    automation = await automations.add(
        TRIGGER,
        "- condition: video_analytics.camera_is_online\n"
        "- condition: video_analytics.person_was_seen\n  options: {within: 60}",
    )
    assert listeners(hass, entry) != before
    await hass.config_entries.async_reload(entry.entry_id)
    many = listeners(hass, entry)
    await hass.config_entries.async_reload(entry.entry_id)
    assert listeners(hass, entry) == many
    await hass.services.async_call("automation", "turn_off", {"entity_id": automation.entity_id}, blocking=True)
    await automations.load([])
    assert listeners(hass, entry) == before


async def test_each_trigger_of_an_automation_is_one(
    source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    """`trigger.id` is Home Assistant's own: conditions on it work."""
    triggers = "".join(
        f"- trigger: video_analytics.detected\n  id: {kind}\n  options: {{kinds: {kind}}}\n"
        for kind in ("person", "motion")
    )
    automation = await automations.add(triggers, "- condition: trigger\n  id: motion")
    source.happen(moment(PERSON), seen := moment(MomentKind.MOTION))
    await until(lambda: automation.runs)
    assert Counter(run["id"] for run in automation.runs) == {"motion": 1}
    assert automation.events == [seen.id]
