"""The examples of the documentation, run as they are written there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed, async_mock_service
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.conditions import CONDITIONS
from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.triggers import TRIGGERS
from custom_components.video_analytics.vendors.models.moments import Moment, MomentKind, PictureRef, Recognition
from custom_components.video_analytics.vendors.models.state import AccountState, Camera, Zone, ZoneKind
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import (
    area_registry as ar,
    condition as condition_helper,
    config_validation as cv,
    entity_registry as er,
    floor_registry as fr,
)

from ..accounts import find
from ..exports.conftest import _quick, account, door, media
from ..exports.exporting import export
from ..hearing import settle, until
from ..invented import Invented, InventedMoments, moment
from ..test_documentation import ROOT, blocks_of
from .automating import Automations
from .conftest import FEATURES, AddSystem

__all__ = ["_quick", "account", "door", "media"]

pytestmark = pytest.mark.usefixtures("hass_storage")

PAGES = (ROOT / "README.md", ROOT / "docs/automations.md")
CAMERAS = {
    "door": Camera(id="door", name="Front door", supports=FEATURES, online=True, places=("House", "Entrance")),
    "gate": Camera(id="gate", name="Gate", supports=FEATURES, online=True, places=("House", "Driveway")),
}
QUEUE = Zone(id="z1", name="Queue", camera="gate", kind=ZoneKind.AREA, counts={"Person": 7})
FITTING: dict[str, Moment] = {
    "face_recognized": moment(
        MomentKind.FACE, "door", subject="Anna Lindqvist", groups=("Family",), confidence=0.9, picture=PictureRef("p1")
    ),
    "unknown_face_seen": moment(MomentKind.FACE, "gate", recognition=Recognition.UNKNOWN, picture=PictureRef("p2")),
    "plate_read": moment(
        MomentKind.PLATE,
        "gate",
        subject="HB24 KLM",
        recognition=Recognition.KNOWN,
        confidence=0.95,
        direction="in",
        picture=PictureRef("p3"),
    ),
    "detected": moment(MomentKind.PERSON, "door", picture=PictureRef("p4")),
    "person_seen": moment(MomentKind.FACE, "door", subject="Anna Lindqvist", confidence=0.9, picture=PictureRef("p5")),
}
"""A moment for which each trigger in the documentation fires."""


def parts(key: str) -> list[Any]:
    """Return all triggers, or all conditions, that the documentation shows."""
    found = [part for page in PAGES for block in blocks_of(page) if isinstance(block, list) for part in block]
    return [part for part in found if key in part]


def examples() -> dict[str, dict[str, Any]]:
    """Return the automations with triggers or conditions of ours, by their names."""
    found = [block for page in PAGES for block in blocks_of(page) if isinstance(block, dict) and "triggers" in block]
    return {block["alias"]: block for block in found if DOMAIN in str(block["triggers"])}


def named(part: dict[str, Any], key: str) -> str:
    """Return the key of a trigger or a condition."""
    return str(part[key]).removeprefix(f"{DOMAIN}.")


def trigger_of(part: dict[str, Any]) -> str:
    """Return the key of a trigger."""
    return named(part, "trigger")


EXPORTS = [part for part in parts("trigger") if trigger_of(part) == "export_finished"]
"""Of them there are none at the invented vendor."""
PHOTOS = [part for part in parts("trigger") if trigger_of(part) in ("person_photographed", "photo_added")]
"""Those are run in a photo library."""


@pytest.fixture
async def site(
    hass: HomeAssistant, invented: Invented, source: InventedMoments, add_system: AddSystem
) -> MockConfigEntry:
    """Set the place of the examples up, with the names that they use."""
    floor = fr.async_get(hass).async_create("Outside")
    entrance = ar.async_get(hass).async_create("Entrance")
    ar.async_get(hass).async_update(entrance.id, floor_id=floor.floor_id)
    invented.state = AccountState(cameras=CAMERAS, zones={"z1": QUEUE})
    hass.states.async_set("sun.sun", "below_horizon")
    entry = await add_system(1, "Anna Lindqvist")
    online = "sensor.faceter_harbour_house_cameras_online"
    er.async_get(hass).async_update_entity(find(hass, entry, "sensor", "cameras_online"), new_entity_id=online)
    return entry


def test_all_of_them_are_shown_in_both_places() -> None:
    for page in PAGES:
        shown = [part for block in blocks_of(page) if isinstance(block, list) for part in block]
        assert {named(part, "trigger") for part in shown if "trigger" in part} == TRIGGERS.keys()
        assert {named(part, "condition") for part in shown if "condition" in part} == CONDITIONS.keys()


@pytest.mark.parametrize(
    "config", [part for part in parts("trigger") if part not in (*EXPORTS, *PHOTOS)], ids=trigger_of
)
async def test_each_trigger_fires(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    source: InventedMoments,
    invented: Invented,
    site: MockConfigEntry,
    automations: Automations,
    config: dict[str, Any],
) -> None:
    key = named(config, "trigger")
    automation = await automations.add_config([config])
    if key in FITTING:
        source.happen(happened := FITTING[key])
        await settle(hass)
        await settle(hass)
        assert automation.events == [happened.id]
        return
    for online in (False, True) if key == "camera_online" else (False,):
        cameras = {key: replace(camera, online=online) for key, camera in CAMERAS.items()}
        invented.state = replace(invented.state, cameras=cameras)
        await site.runtime_data.coordinator.async_refresh()
    if key == "camera_offline":
        assert automation.runs == []
        freezer.tick(timedelta(minutes=2.1))
        async_fire_time_changed(hass)
    await settle(hass)
    assert {run["camera"] for run in automation.runs} <= {"Front door", "Gate"}
    assert automation.runs


@pytest.mark.parametrize("config", EXPORTS)
async def test_the_trigger_for_exports_fires(
    hass: HomeAssistant, door: str, automations: Automations, config: dict[str, Any]
) -> None:
    automation = await automations.add_config([config])
    answer = await export(hass, door, wait=True)
    await settle(hass)
    assert [run["export_id"] for run in automation.runs] == [answer["id"]]


@pytest.mark.parametrize("config", parts("condition"), ids=lambda config: named(config, "condition"))
async def test_each_condition_is_met_and_not_met(
    hass: HomeAssistant, source: InventedMoments, site: MockConfigEntry, invented: Invented, config: dict[str, Any]
) -> None:
    (validated,) = await condition_helper.async_validate_conditions_config(hass, cv.CONDITIONS_SCHEMA([config]))
    checker = await condition_helper.async_from_config(hass, validated)
    key = named(config, "condition")
    assert checker.async_check() is (key != "person_was_seen")
    if key == "person_was_seen":
        source.happen(FITTING["person_seen"])
    else:
        offline = {key: replace(camera, online=False) for key, camera in CAMERAS.items()}
        zones = {"z1": replace(QUEUE, counts={"Person": 5})}
        invented.state = replace(invented.state, cameras=offline, zones=zones)
        await site.runtime_data.coordinator.async_refresh()
    await settle(hass)
    assert checker.async_check() is (key == "person_was_seen")
    checker.async_unload()


@pytest.fixture
def calls(hass: HomeAssistant) -> dict[str, list[ServiceCall]]:
    """Take what the examples ask others to do."""
    actions = ("notify.mobile_app_your_phone", "cover.open_cover", "light.turn_on", "persistent_notification.create")
    return {action: async_mock_service(hass, *action.split(".")) for action in actions}


AUTOMATIONS = [
    ("A stranger is at the gate after dark", "unknown_face_seen", "notify.mobile_app_your_phone", {"title": "Gate"}),
    ("Open the barrier for these plates", "plate_read", "cover.open_cover", {"entity_id": ["cover.barrier"]}),
    ("Anna is home", "person_seen", "notify.mobile_app_your_phone", {"message": "Anna Lindqvist is home."}),
    ("Light in the hall when somebody comes home", "detected", "light.turn_on", {"entity_id": ["light.hall"]}),
]
OFFLINE, ENDED = "A camera is offline", "Tell when an export has ended"


def test_all_automations_are_run() -> None:
    assert examples().keys() == {OFFLINE, ENDED, *(alias for alias, *_ in AUTOMATIONS)}


@pytest.mark.parametrize(("alias", "key", "action", "says"), AUTOMATIONS)
async def test_each_automation_does_what_it_says(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    source: InventedMoments,
    site: MockConfigEntry,
    automations: Automations,
    calls: dict[str, list[ServiceCall]],
    alias: str,
    key: str,
    action: str,
    says: dict[str, Any],
) -> None:
    await hass.config.async_set_time_zone(f"Etc/GMT{datetime.now(UTC).hour - 12:+d}")  # it is about noon there
    await automations.load([examples()[alias]])
    source.happen(FITTING[key])
    await until(lambda: calls[action])
    (call,) = calls[action]
    assert call.data.items() >= says.items()
    if action.startswith("notify."):
        client = await hass_client()
        assert (await client.get(call.data["data"]["image"])).status == 200
    # It may be waiting for what comes next.
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


async def test_the_automation_for_a_camera_that_is_offline(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    invented: Invented,
    site: MockConfigEntry,
    automations: Automations,
    calls: dict[str, list[ServiceCall]],
) -> None:
    await automations.load([examples()[OFFLINE]])
    cameras = {**CAMERAS, "gate": replace(CAMERAS["gate"], online=False)}
    invented.state = replace(invented.state, cameras=cameras)
    await site.runtime_data.coordinator.async_refresh()
    freezer.tick(timedelta(minutes=2.1))
    async_fire_time_changed(hass)
    await settle(hass)
    (call,) = calls["persistent_notification.create"]
    assert call.data["message"] == "Gate has been offline for two minutes."


async def test_the_automation_for_an_export_that_ended(
    hass: HomeAssistant, door: str, automations: Automations, calls: dict[str, list[ServiceCall]]
) -> None:
    await automations.load([examples()[ENDED]])
    answer = await export(hass, door, wait=True)
    await settle(hass)
    (call,) = calls["persistent_notification.create"]
    assert call.data["title"] == "Clip of Front door"
    assert call.data["message"] == f"It is in the media folder: {answer['file']}"
