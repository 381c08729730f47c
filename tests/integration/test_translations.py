"""Every text that the code asks for exists, in every language, and no text is left over."""

import ast
from collections.abc import Iterable, Iterator, Mapping
import json
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.video_analytics import vendors
from custom_components.video_analytics.account import Options
from custom_components.video_analytics.binary_sensor import PERSON_BINARY_SENSORS
from custom_components.video_analytics.counting_sensors import VISITORS_SENSORS, counts_of
from custom_components.video_analytics.event import (
    CAMERA_EVENTS,
    EXPORT_EVENTS,
    LIBRARY_EVENTS,
    PERSON_EVENTS,
    PHOTOGRAPHED_EVENTS,
    SERVER_EVENTS,
)
from custom_components.video_analytics.forms import camera_fields, event_fields, hook_fields, picture_fields
from custom_components.video_analytics.media_photos import SECTIONS
from custom_components.video_analytics.people_forms import (
    FIELD_SCHEMA,
    ID_SCHEMA,
    choice_schema,
    follow_schema,
    names_schema,
    tag_schema,
)
from custom_components.video_analytics.sensor import CAMERA_SENSORS, LAST_SENSORS, SOURCE_SENSORS
from custom_components.video_analytics.vendors.contract import FieldKind
from custom_components.video_analytics.vendors.models.moments import MomentKind
from custom_components.video_analytics.vendors.models.state import AccountState, Camera, Zone, ZoneKind
from homeassistant.util.yaml import load_yaml_dict

INTEGRATION = Path(vendors.__file__).parents[1]
LANGUAGES = sorted(path.stem for path in (INTEGRATION / "translations").glob("*.json"))

SLUG = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
PLACEHOLDER = re.compile(r"\{(\w*)\}")

FLOWS = {
    "ConfigFlow": "config",
    "OptionsFlow": "options",
    "ConfigSubentryFlow": "config_subentries.people",
    "FindingFlow": "config_subentries.people",
}
"""Where the texts of a flow are, by its base class."""

ABORTS_OF_CORE = {
    "_abort_if_unique_id_configured": ("already_configured",),
    "async_set_unique_id": ("already_in_progress",),
    "async_update_and_abort": ("reauth_successful", "reconfigure_successful"),
}
"""What methods of Home Assistant's flows abort with."""

SAME_IN_ALL_LANGUAGES = re.compile(r"title|config\.step\.user\.menu_options\.\w+")

KINDS_OF_PEOPLE_AND_PHOTOS = {
    MomentKind.SEEN,
    MomentKind.PHOTO_ADDED,
    MomentKind.FACE_FOUND,
    MomentKind.PERSON_FOUND,
}
"""What does not happen at cameras."""

TABLES = {
    "counting_sensors": "sensor",
    "library_sensors": "sensor",
    "person_sensors": "sensor",
    "photo_images": "image",
}
"""Modules with tables of a platform."""

OWN_TEXTS = re.compile(
    r"(?:config|options|config_subentries\.\w+)\.(?:error|abort)\.|"
    r"common\.|exceptions\.|issues\.|entity\.|services\."
)
"""Texts that nobody asks for but the code, so that one that it does not ask for is left over."""


def flat(texts: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Write nested texts as one level of dotted keys."""
    result: dict[str, str] = {}
    for key, value in texts.items():
        result |= flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return result


def load(name: str) -> Any:
    """Read a JSON file, refusing keys that are there twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs), f"{name}: twice: {[key for key, _ in pairs]}"
        return dict(pairs)

    return json.loads((INTEGRATION / name).read_text(encoding="utf-8"), object_pairs_hook=once)


def texts(language: str) -> dict[str, str]:
    """Return all texts of a language."""
    return flat(load(f"translations/{language}.json"))


def sources() -> dict[str, ast.Module]:
    """Parse the integration without the vendors, who know no texts; a module of a package is `package/module`."""
    paths = {path.relative_to(INTEGRATION).with_suffix("").as_posix(): path for path in INTEGRATION.rglob("*.py")}
    return {
        name: ast.parse(path.read_text(encoding="utf-8"))
        for name, path in paths.items()
        if not name.startswith("vendors/")
    }


def nodes[N: ast.AST](tree: ast.AST, kind: type[N]) -> Iterator[N]:
    """Find all nodes of a kind."""
    return (node for node in ast.walk(tree) if isinstance(node, kind))


def constants(tree: ast.AST | None) -> set[str]:
    """Return the strings that an expression can be; those of its conditions do not count."""
    match tree:
        case ast.Constant(value=str(value)):
            return {value}
        case ast.IfExp(body=body, orelse=orelse):
            return constants(body) | constants(orelse)
    return set()


def called(call: ast.Call) -> str:
    """Return the last part of a called name, without what is in brackets behind it."""
    name = call.func.value if isinstance(call.func, ast.Subscript) else call.func
    return ast.unparse(name).rpartition(".")[2]


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a keyword argument."""
    return next((argument.value for argument in call.keywords if argument.arg == name), None)


def error_keys(modules: Mapping[str, ast.Module]) -> set[str]:
    """Return the keys that stand for the vendors' errors."""
    keys: set[str] = set()
    for assigned in nodes(modules["exceptions"], ast.AnnAssign):
        if ast.unparse(assigned.target) == "_KEYS" and isinstance(assigned.value, ast.Dict):
            keys |= {key for value in assigned.value.values for key in constants(value)}
    return keys


def exception_texts(modules: Mapping[str, ast.Module]) -> set[str]:
    """Return the texts of raised exceptions."""
    keys = error_keys(modules)
    for module in modules.values():
        for call in nodes(module, ast.Call):
            if keyword(call, "translation_domain"):
                keys |= constants(keyword(call, "translation_key"))
    return {f"exceptions.{key}.message" for key in keys}


def flow_texts(modules: Mapping[str, ast.Module]) -> set[str]:
    """Return the errors, aborts and steps of the flows."""
    found: set[str] = set()
    for flow in (flow for name in modules if name.endswith("_flow") for flow in nodes(modules[name], ast.ClassDef)):
        section = next((FLOWS[base] for base in map(ast.unparse, flow.bases) if base in FLOWS), None)
        if section is None:
            continue
        errors: set[str] = set()
        for assigned in nodes(flow, ast.Assign):
            if ast.unparse(assigned.targets[0]).startswith("errors["):
                errors |= constants(assigned.value)
                if isinstance(assigned.value, ast.Call) and called(assigned.value) == "translation_key":
                    errors |= error_keys(modules)
        found |= {f"{section}.error.{key}" for key in errors}
        for call in nodes(flow, ast.Call):
            reasons = constants(keyword(call, "reason")) if called(call).endswith("abort") else set()
            reasons.update(reasons or ABORTS_OF_CORE.get(called(call), ()))
            found |= {f"{section}.abort.{reason}" for reason in reasons}
            found |= {f"{section}.step.{step}.title" for step in constants(keyword(call, "step_id"))}
    return found


def option_texts() -> set[str]:
    """Return the texts of the choice of cameras, which two forms have, and of the sections of the options."""
    cameras = {"a": Camera(id="a", name="A", supports=frozenset(), places=("Here",))}
    state, options = AccountState(cameras=cameras), Options()
    forms = {"config.step.cameras": camera_fields(state, options), "options.step.init": camera_fields(state, options)}
    found: set[str] = set()
    for name, part in {**event_fields(state, options), **picture_fields(options), **hook_fields(None)}.items():
        where = f"options.step.init.sections.{name}"
        found |= {f"{where}.name", f"{where}.description"}
        forms[where] = part.schema.schema
    return found | {
        f"{where}.{text}.{field}"
        for where, fields in forms.items()
        for text in ("data", "data_description")
        for field in map(str, fields)
    }


def people_texts() -> set[str]:
    """Return the texts of the subentries that watch people, with a help text for each field."""
    where = "config_subentries.people"
    forms = {
        "people": names_schema([]),
        "by_tag": tag_schema([]),
        "by_field": FIELD_SCHEMA,
        "by_id": ID_SCHEMA,
        "choose": choice_schema({}),
        "follow": follow_schema(),
        "everybody": follow_schema(seen=False),
    }
    fields = {
        f"step.{step}.{text}.{field}"
        for step, form in forms.items()
        for text in ("data", "data_description")
        for field in form.schema
    }
    others = {"entry_type", "initiate_flow.user", "initiate_flow.reconfigure"}
    others |= {f"step.{step}.description" for step in ("how", "how_of_photos", *forms)}
    others |= {f"step.how.menu_options.{way}" for way in ("chosen", "by_tag", "by_field", "by_id")}
    others |= {f"step.how_of_photos.menu_options.{way}" for way in ("chosen", "by_list", "everybody")}
    return {f"{where}.{text}" for text in fields | others}


def media_texts() -> set[str]:
    """Return the names of folders in the media browser."""
    return {f"common.{name}" for name in (*SECTIONS, *(f"month_{number}" for number in range(1, 13)))}


def vendor_texts(keys: Iterable[str] = vendors.KEYS) -> set[str]:
    """Return the texts of the vendors' sign-in forms, with a help text for each field."""
    found: set[str] = set()
    for key in keys:
        step = f"config.step.{key}"
        found |= {
            f"config.step.user.menu_options.{key}",
            f"config.step.user.menu_option_descriptions.{key}",
            f"{step}.title",
            f"{step}.description",
        }
        for field in vendors.load(key).fields:
            where = f"{step}.sections.advanced" if field.advanced else step
            if field.advanced:
                found.add(f"{where}.name")
            names = [field.name, f"without_{field.name}"] if field.secret and not field.required else [field.name]
            found |= {f"{where}.{text}.{name}" for text in ("data", "data_description") for name in names}
            if field.kind is FieldKind.CHOICE:
                found |= {f"selector.{key}_{field.name}.options.{choice}" for choice in field.choices}
    return found


def described(modules: Mapping[str, ast.Module]) -> dict[str, ast.Call]:
    """Return the entity descriptions that have a text, by `platform.key`; a platform may have tables elsewhere."""
    return {
        f"{TABLES.get(name, name)}.{key}": call
        for name, module in modules.items()
        for call in nodes(module, ast.Call)
        if called(call).endswith("Description")
        for key in constants(keyword(call, "translation_key"))
    }


def counted() -> set[str]:
    """Return the sensors of what is counted, whose tables are made by loops, by `platform.key`."""
    classes = dict.fromkeys(("Person", "Car", "Bus", "Truck", "Motorbike", "Animal", "Unicorn"), 0)
    zone = Zone(id="a", name="A", camera="c", kind=ZoneKind.LINE, counts=classes)
    return {f"sensor.{sensor.translation_key}" for sensor in (*counts_of(zone), *VISITORS_SENSORS)}


def state_texts() -> set[str]:
    """Return the texts of what event entities and sensors can be; events whose table names no types are kinds."""
    found: set[str] = set()
    for event in (
        *CAMERA_EVENTS,
        *EXPORT_EVENTS,
        *LIBRARY_EVENTS,
        *PERSON_EVENTS,
        *PHOTOGRAPHED_EVENTS,
        *SERVER_EVENTS,
    ):
        types = event.event_types or set(MomentKind) - KINDS_OF_PEOPLE_AND_PHOTOS
        where = f"entity.event.{event.translation_key}.state_attributes.event_type"
        found |= {f"{where}.state.{event_type}" for event_type in types}
    for sensor in (*CAMERA_SENSORS, *SOURCE_SENSORS):
        found |= {f"entity.sensor.{sensor.translation_key}.state.{option}" for option in sensor.options or ()}
    found |= {
        f"entity.binary_sensor.{sensor.translation_key}.state.{state}"
        for sensor in PERSON_BINARY_SENSORS
        for state in ("on", "off")
    }
    found |= {f"entity.sensor.{sensor.translation_key}.state.unrecognized" for sensor in LAST_SENSORS}
    return found | {"entity.sensor.tags.state.untagged", "entity.sensor.newest_photo.state_attributes.place.name"}


def actions() -> Mapping[str, Any]:
    """Return the descriptions of all actions."""
    return load_yaml_dict(str(INTEGRATION / "services.yaml"))


def action_texts(descriptions: Mapping[str, Any]) -> set[str]:
    """Return the texts of actions, their sections and fields, and of choices."""
    found: set[str] = set()
    for action, description in descriptions.items():
        found |= {f"services.{action}.{text}" for text in ("name", "description")}
        fields: dict[str, Any] = {}
        for name, field in description["fields"].items():
            if "fields" in field:
                found |= {f"services.{action}.sections.{name}.{text}" for text in ("name", "description")}
            fields |= field.get("fields", {name: field})
        for name, field in fields.items():
            found |= {f"services.{action}.fields.{name}.{text}" for text in ("name", "description")}
            choice = field["selector"].get("select") or {}
            if key := choice.get("translation_key"):
                found |= {f"selector.{key}.options.{option}" for option in choice["options"]}
    return found


def used_texts(modules: Mapping[str, ast.Module]) -> set[str]:
    """Return every text that the code asks for."""
    names = {f"entity.{key}.name" for key in described(modules)}
    return exception_texts(modules) | flow_texts(modules) | issue_texts(modules) | names


def issue_texts(modules: Mapping[str, ast.Module]) -> set[str]:
    """Return the texts of issues."""
    return {
        f"issues.{key}.{text}"
        for module in modules.values()
        for call in nodes(module, ast.Call)
        if called(call) == "async_create_issue"
        for key in constants(keyword(call, "translation_key"))
        for text in ("title", "description")
    }


def placeholders_given(modules: Mapping[str, ast.Module], argument: str) -> set[str]:
    """Return the names of what the code fills into texts."""
    return {
        name
        for module in modules.values()
        for call in nodes(module, ast.Call)
        if isinstance(given := keyword(call, argument), ast.Dict)
        for key in given.keys
        for name in constants(key)
    }


def names_filled(modules: Mapping[str, ast.Module]) -> set[str]:
    """Return the names of what the code fills into the names of entities."""
    return {
        name
        for module in modules.values()
        for assigned in nodes(module, ast.Assign)
        if ast.unparse(assigned.targets[0]).endswith("_attr_translation_placeholders")
        and isinstance(assigned.value, ast.Dict)
        for key in assigned.value.keys
        for name in constants(key)
    }


def faults(language: Mapping[str, str], english: Mapping[str, str]) -> list[str]:
    """Compare a language with English."""
    found = [f"missing: {key}" for key in english.keys() - language.keys()]
    found += [f"not in English: {key}" for key in language.keys() - english.keys()]
    for key in english.keys() & language.keys():
        # Sorted: a placeholder may stand elsewhere in another language.
        if sorted(PLACEHOLDER.findall(language[key])) != sorted(PLACEHOLDER.findall(english[key])):
            found.append(f"other placeholders: {key}")
        if language is not english and language[key] == english[key] and not SAME_IN_ALL_LANGUAGES.fullmatch(key):
            found.append(f"not translated: {key}")
    return found


def test_there_are_english_and_russian() -> None:
    assert LANGUAGES == ["en", "ru"]


@pytest.mark.parametrize("language", sorted({*LANGUAGES} - {"en"}))
def test_a_language_says_what_english_says(language: str) -> None:
    assert faults(texts(language), texts("en")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_and_texts_are_well_formed(language: str) -> None:
    for key, text in texts(language).items():
        assert all(SLUG.fullmatch(part) for part in key.split(".")), key
        assert isinstance(text, str), key
        assert text, key
        assert text == text.strip(), key
        assert text.count("{") == text.count("}") == len(PLACEHOLDER.findall(text)), key
        assert "" not in PLACEHOLDER.findall(text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_the_code_asks_for_exists(language: str) -> None:
    wanted = used_texts(sources()) | state_texts() | action_texts(actions()) | vendor_texts() | option_texts()
    wanted |= people_texts() | {f"entity.{key}.name" for key in counted()} | media_texts()
    assert wanted - texts(language).keys() == set()


def test_no_text_is_left_over() -> None:
    own = {key.replace(".unit_of_measurement", ".name") for key in texts("en") if OWN_TEXTS.match(key)}
    of_tables = {f"entity.{key}.name" for key in counted()}
    of_tables |= media_texts()
    assert own - used_texts(sources()) - state_texts() - action_texts(actions()) - of_tables == set()


def test_every_placeholder_is_filled() -> None:
    modules = sources()
    given = {"exceptions": placeholders_given(modules, "translation_placeholders"), "entity": names_filled(modules)}
    given["issues"] = given["exceptions"]
    flows = ("config", "options", "config_subentries")
    given |= dict.fromkeys(flows, placeholders_given(modules, "description_placeholders"))
    for key, text in texts("en").items():
        assert {*PLACEHOLDER.findall(text)} <= given.get(key.partition(".")[0], set()), key


def test_icons_belong_to_entities() -> None:
    icons = {
        f"{platform}.{key}": icon
        for platform, keys in load("icons.json")["entity"].items()
        for key, icon in keys.items()
    }
    entities = described(sources())
    assert icons.keys() - entities.keys() - counted() == set()
    assert counted() <= icons.keys()
    assert all(icon["default"].startswith("mdi:") for icon in icons.values())
    # The others have the icon of their device class.
    assert {key for key, call in entities.items() if not keyword(call, "device_class")} <= icons.keys()


def test_every_action_is_described_and_has_an_icon() -> None:
    registered = {
        name
        for module in sources().values()
        for call in nodes(module, ast.Call)
        if called(call).startswith("async_register") and ast.unparse(call.args[0]) == "DOMAIN"
        for name in constants(call.args[1])
    }
    icons = load("icons.json")["services"]
    assert registered == actions().keys() == icons.keys()
    for action, description in actions().items():
        sections = {name for name, field in description["fields"].items() if "fields" in field}
        assert icons[action].get("sections", {}).keys() == sections, action
        used = [icons[action]["service"], *icons[action].get("sections", {}).values()]
        assert all(icon.startswith("mdi:") for icon in used), action


FLOW = """
class Flow(ConfigFlow, domain=DOMAIN):
    async def step(self):
        errors["base"] = "one" if condition == "not this" else "two"
        errors["base"] = translation_key(error)
        self._abort_if_unique_id_configured()
        return self.async_show_form(step_id="three")

class Options(OptionsFlow):
    async def step(self):
        return self.async_abort(reason="four")
"""
EXCEPTIONS = """
_KEYS: dict[type[Exception], str] = {A: "five"}
raise Error(translation_domain=DOMAIN, translation_key="six", translation_placeholders={"seven": text})
"""
SENSOR = 'SENSORS = (SensorDescription(key="eight", translation_key="eight"), SensorDescription(key="nine"))\nself._attr_translation_placeholders = {"ten": name}'


def test_what_the_code_asks_for_is_found() -> None:
    """The tests above would pass on nothing."""
    modules = {
        name: ast.parse(code) for name, code in (("config_flow", FLOW), ("exceptions", EXCEPTIONS), ("sensor", SENSOR))
    }
    assert used_texts(modules) == {
        "config.error.one",
        "config.error.two",
        "config.error.five",
        "config.abort.already_configured",
        "config.step.three.title",
        "options.abort.four",
        "exceptions.five.message",
        "exceptions.six.message",
        "entity.sensor.eight.name",
    }
    assert placeholders_given(modules, "translation_placeholders") == {"seven"}
    assert names_filled(modules) == {"ten"}


def test_texts_of_actions_are_found() -> None:
    choice = {"select": {"translation_key": "colour", "options": ["red"]}}
    fields = {"one": {"selector": {"text": None}}, "more": {"fields": {"two": {"selector": choice}}}}
    assert action_texts({"act": {"fields": fields}}) == {
        "services.act.name",
        "services.act.description",
        "services.act.fields.one.name",
        "services.act.fields.one.description",
        "services.act.sections.more.name",
        "services.act.sections.more.description",
        "services.act.fields.two.name",
        "services.act.fields.two.description",
        "selector.colour.options.red",
    }


def test_what_is_wrong_with_a_language_is_found() -> None:
    english = {"a": "One {count}", "b": "Two", "c": "Three"}
    language = {"a": "Один", "b": "Два", "c": "Three", "d": "Четыре"}
    assert sorted(faults(language, english)) == ["not in English: d", "not translated: c", "other placeholders: a"]
    assert faults({"a": "{count}: один", "b": "Два"}, english) == ["missing: c"]


def test_the_code_asks_for_what_we_know_that_it_does() -> None:
    assert used_texts(sources()) >= {
        "config.error.sign_in_failed",
        "config.error.wrong_account",
        "config.error.no_cameras",
        "config.abort.already_configured",
        "config.step.cameras.title",
        "options.error.no_cameras",
        "options.abort.not_loaded",
        "exceptions.unknown_vendor.message",
        "exceptions.unreachable.message",
        "entity.camera.sub_stream.name",
        "entity.sensor.cameras_online.name",
        "config_subentries.people.step.people.title",
        "config_subentries.people.error.nobody",
        "config_subentries.people.abort.reconfigure_successful",
    }
