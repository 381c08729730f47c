"""The examples of the documentation, and the automations of the demo, are such as Home Assistant takes."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.video_analytics.const import DOMAIN
from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml, parse_yaml

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
DEMO = ROOT / "tests/demo/config"
LINKS = "https://github.com/video-analytics-ha/video_analytics/blob/main/"
PICTURES = "https://raw.githubusercontent.com/video-analytics-ha/video_analytics/main/"

_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks_of(page: Path) -> list[Any]:
    """Return all YAML of a page."""
    return [parse_yaml(block) for block in _BLOCK.findall(page.read_text())]


def blocks() -> list[Any]:
    """Return all YAML of all pages."""
    return [block for page in PAGES for block in blocks_of(page)]


def automations() -> list[Any]:
    """Return all automations."""
    return [block for block in blocks() if "triggers" in block] + list(load_yaml(str(DEMO / "automations.yaml")))


def steps(config: Any) -> Iterator[dict[str, Any]]:
    """Yield all calls of actions in a configuration."""
    if isinstance(config, dict):
        if isinstance(config.get("action"), str):
            yield config
        for value in config.values():
            yield from steps(value)
    elif isinstance(config, list):
        for value in config:
            yield from steps(value)


@pytest.mark.parametrize("config", automations(), ids=lambda config: str(config["alias"]))
async def test_automations_are_valid(hass: HomeAssistant, config: dict[str, Any]) -> None:
    assert await async_setup_component(hass, "automation", {})
    assert await async_setup_component(hass, "button", {})
    assert await async_setup_component(hass, "event", {})
    validated = await async_validate_config_item(hass, "example", config)
    assert validated
    assert validated.validation_status == "ok", validated.validation_error


async def test_actions_and_their_fields_exist(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    described = load_yaml(str(ROOT / "custom_components" / DOMAIN / "services.yaml"))
    assert isinstance(described, dict)
    calls = list(steps([blocks(), automations(), load_yaml(str(DEMO / "scripts.yaml"))]))
    ours = [call for call in calls if call["action"].startswith(f"{DOMAIN}.")]
    assert {call["action"].partition(".")[2] for call in ours} == set(described)
    for call in ours:
        cv.SCRIPT_SCHEMA([call])
        fields = described[call["action"].partition(".")[2]]["fields"]
        known = {*fields, *(field for section in fields.values() if section for field in section.get("fields", ()))}
        assert set(call.get("data", {})) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_linked_exists(page: Path) -> None:
    text = page.read_text()
    for base in (LINKS, PICTURES):
        for path, anchor in re.findall(re.escape(base) + r"([^)\s\"#]+)(?:#([^)\s]+))?", text):
            assert (ROOT / path).is_file(), path
            if anchor:
                headings = re.findall(r"^#+ (.*)$", (ROOT / path).read_text(), re.MULTILINE)
                assert anchor in [re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings]
