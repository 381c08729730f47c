"""What Home Assistant's editor shows of triggers and conditions, and what it says of mistakes."""

import json
from pathlib import Path
from typing import Any

import probatio
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.video_analytics import vendors
from custom_components.video_analytics.conditions import CONDITIONS
from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.triggers import TRIGGERS
from custom_components.video_analytics.vendors.models.moments import MomentKind
from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition as condition_helper, entity_registry as er, trigger as trigger_helper
from homeassistant.helpers.icon import async_get_icons
from homeassistant.helpers.selector import selector
from homeassistant.helpers.translation import async_get_translations
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml

from ..accounts import find
from ..invented import InventedMoments
from .conftest import AddSystem

ALL: dict[str, dict[str, type[Any]]] = {"triggers": TRIGGERS, "conditions": CONDITIONS}


async def described(hass: HomeAssistant) -> dict[str, dict[str, Any]]:
    """Return what the editor gets, by the section of the texts and the key."""
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    found: dict[str, dict[str, Any]] = {}
    for section, helper in (("triggers", trigger_helper), ("conditions", condition_helper)):
        descriptions = await helper.async_get_all_descriptions(hass)
        ours = {key.partition(".")[2]: value for key, value in descriptions.items() if key.startswith(f"{DOMAIN}.")}
        assert all(ours.values())
        found[section] = ours
    return found


def options_of(kind: type[Any]) -> dict[probatio.Marker, Any]:
    """Return the schema of the options, our own or what Home Assistant's helper has."""
    if options := getattr(kind, "options_schema", None):
        return dict(options)
    return next(dict(options) for marker, options in kind._schema.schema.items() if str(marker) == "options")


async def test_all_are_described(hass: HomeAssistant) -> None:
    for section, ours in (await described(hass)).items():
        assert ours.keys() == ALL[section].keys()


async def test_fields_are_the_options(hass: HomeAssistant) -> None:
    """Each option of the schema has a field with a selector whose default the schema takes, and the other way round."""
    for section, ours in (await described(hass)).items():
        for key, description in ours.items():
            schema = options_of(ALL[section][key])
            options = {str(marker): marker for marker in schema}
            assert description["fields"].keys() == options.keys(), key
            assert description["target"], key
            for name, field in description["fields"].items():
                assert selector(field["selector"])
                if "default" in field:
                    probatio.Schema(schema[options[name]])(field["default"])
                required = isinstance(options[name], probatio.Required)
                assert field.get("required", False) or not required, (key, name)


async def test_kinds_are_those_of_cameras(hass: HomeAssistant) -> None:
    offered = (await described(hass))["triggers"]["detected"]["fields"]["kinds"]["selector"]["select"]["options"]
    people_and_photos = {"seen", "photo_added", "face_found", "person_found"}
    assert set(offered) == {kind.value for kind in MomentKind} - people_and_photos


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_all_have_texts_and_icons(hass: HomeAssistant, language: str) -> None:
    everything = await described(hass)
    for section, ours in everything.items():
        texts = await async_get_translations(hass, language, section, {DOMAIN})
        icons = (await async_get_icons(hass, section, {DOMAIN}))[DOMAIN]
        assert icons.keys() == ours.keys()
        wanted = {
            f"component.{DOMAIN}.{section}.{key}.{part}"
            for key, description in ours.items()
            for part in (
                "name",
                "description",
                *(f"fields.{name}.{text}" for name in description["fields"] for text in ("name", "description")),
            )
        }
        assert {key for key in texts if key.startswith(f"component.{DOMAIN}.")} == wanted


async def test_choices_have_texts(hass: HomeAssistant) -> None:
    texts = json.loads((Path(vendors.__file__).parents[1] / "translations/en.json").read_text())["selector"]
    for ours in (await described(hass)).values():
        for description in ours.values():
            for field in description["fields"].values():
                if select := field["selector"].get("select"):
                    assert set(select["options"]) <= texts[select["translation_key"]]["options"].keys()


async def test_the_editor_offers_them_for_our_devices(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    source: InventedMoments,
    add_system: AddSystem,
) -> None:
    entry = await add_system(1, "Anna Meyer")
    await described(hass)
    client = await hass_ws_client()

    async def offered(what: str, entity_id: str) -> set[str]:
        await client.send_json_auto_id({"type": f"get_{what}_for_target", "target": {"entity_id": [entity_id]}})
        answer = await client.receive_json()
        assert answer["success"], answer
        return {key.partition(".")[2] for key in answer["result"] if key.startswith(f"{DOMAIN}.")}

    camera = find(hass, entry, "camera", "camera", "c1")
    of_people_and_photos = {"person_seen", "person_photographed", "photo_added"}
    assert await offered("triggers", camera) == TRIGGERS.keys() - of_people_and_photos
    assert await offered("conditions", camera) == {"camera_is_online"}
    person = find_person(hass, "last_seen")
    assert await offered("triggers", person) == {"person_seen", "person_photographed"}
    assert "person_was_seen" in await offered("conditions", person)


def find_person(hass: HomeAssistant, key: str) -> str:
    """Return the id of a sensor of the watched person."""
    unique_id = f"invented_system-1_person_anna meyer_{key}"
    entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, unique_id)
    assert entity_id
    return entity_id


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ("trigger: face_recognised", "Invalid trigger"),
        ("trigger: detected", "required key not provided"),
        ("trigger: detected\noptions: {kinds: []}", "the list is empty; choose something"),
        ("trigger: detected\noptions: {kinds: [dragon]}", "value must be one of"),
        ("trigger: detected\noptions: {kinds: [seen]}", "value must be one of"),
        ("trigger: plate_read\noptions: {plates: []}", "the list is empty; leave the option out to mean all"),
        ("trigger: plate_read\noptions: {plates: [' - ']}", "a plate needs a letter, a digit or a wildcard"),
        ("trigger: plate_read\noptions: {status: [stolen]}", "value must be one of"),
        ("trigger: plate_read\noptions: {minimum_confidence: 101}", "value must be at most 100"),
        ("trigger: face_recognized\noptions: {who: ['']}", "a text is empty"),
        ("trigger: face_recognized\noptions: {minimum_confidence: sure}", "expected float"),
        ("trigger: face_recognized\noptions: {whom: Anna}", "not a valid option"),
        ("trigger: face_recognized", "the target is empty; choose at least one"),
        ("trigger: face_recognized\ntarget: {}", "the target is empty; choose at least one"),
        ("trigger: face_recognized\ntarget: {entity_id: []}", "the target is empty; choose at least one"),
        ("condition: camera_is_online", "the target is empty; choose at least one"),
        ("trigger: face_recognized\ntarget: {entity_id: front door}", "is not a valid entity ID"),
        ("trigger: camera_offline\noptions: {for: soon}", "offset"),
        ("trigger: export_finished\noptions: {status: []}", "the list is empty; choose something"),
        ("trigger: person_seen\ntarget: {area_id: a}\noptions: {where: {area_id: []}}", "the target is empty"),
        ("trigger: person_seen\noptions: {places: []}", "the list is empty; leave the option out"),
        ("condition: person_was_seen", "required key not provided"),
        ("condition: person_was_seen\noptions: {within: 0}", "the time is too short"),
        ("condition: area_count\noptions: {threshold: {type: above, value: {number: 5}}}", "required key not provided"),
        ("condition: area_count\ntarget: {area_id: hall}", "required key not provided"),
        ("condition: camera_is_online\noptions: {behavior: some}", "value must be one of"),
    ],
)
async def test_mistakes_are_named(hass: HomeAssistant, config: str, text: str) -> None:
    assert await async_setup_component(hass, "automation", {})
    row = parse_yaml(config.replace(": ", f": {DOMAIN}.", 1))
    assert isinstance(row, dict)
    if "target" not in text and "area_count" not in config:
        row.setdefault("target", {"area_id": "garden"})
    automation: dict[str, Any] = {"alias": "Mistake", "triggers": [], "conditions": [], "actions": []}
    automation["triggers" if "trigger" in row else "conditions"].append(row)
    with pytest.raises(probatio.Invalid) as raised:
        await async_validate_config_item(hass, "mistake", automation)
    assert text in str(raised.value)


async def test_people_are_no_cameras_and_cameras_no_people(
    hass: HomeAssistant, source: InventedMoments, add_system: AddSystem
) -> None:
    """The editor offers both: an event entity is all that it looks at."""
    entry = await add_system(1, "Anna Meyer")
    person, camera = find_person(hass, "last_seen"), find(hass, entry, "camera", "camera", "c1")
    account = find(hass, entry, "sensor", "cameras_online")
    seen, online = TRIGGERS["person_seen"], TRIGGERS["camera_offline"]
    with pytest.raises(probatio.Invalid, match="the target is no camera; choose a camera"):
        await online.async_validate_config(hass, {"target": {"entity_id": [person]}})
    with pytest.raises(probatio.Invalid, match="nobody whom cameras see is behind the target"):
        await seen.async_validate_config(hass, {"target": {"entity_id": [camera]}})
    for targets in ([account], [person, camera], ["camera.not_yet_there"]):
        for trigger in (seen, online):
            assert await trigger.async_validate_config(hass, {"target": {"entity_id": targets}})
    assert await seen.async_validate_config(hass, {"target": {"area_id": ["ground_floor"]}})


async def test_a_validated_configuration_can_be_validated_again(hass: HomeAssistant) -> None:
    """Home Assistant does so; and what it stores of it is JSON."""
    config = {
        "options": {"plates": "А1*", "minimum_confidence": 80, "status": "known"},
        "target": {"area_id": "garden"},
    }
    once = await TRIGGERS["plate_read"].async_validate_config(hass, config)
    assert await TRIGGERS["plate_read"].async_validate_config(hass, once) == once
    assert json.loads(json.dumps(once)) == once
