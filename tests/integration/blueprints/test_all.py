"""What all blueprints have in common."""

from pathlib import Path
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from ..test_documentation import LINKS, ROOT
from .conftest import FOLDER

NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
_BUTTON = re.compile(r"https://my\.home-assistant\.io/redirect/blueprint_import/[^)\s]+")


@pytest.mark.usefixtures("_blueprints")
async def test_home_assistant_offers_them(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> None:
    assert await async_setup_component(hass, "automation", {})
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "blueprint/list", "domain": "automation"})
    found = (await client.receive_json())["result"]
    assert found.keys() == {f"video_analytics/{name}.yaml" for name in NAMES}
    for path, blueprint in found.items():
        metadata = blueprint["metadata"]
        assert metadata["source_url"] == f"{LINKS}blueprints/automation/{path}"
        assert metadata["homeassistant"] == {"min_version": "2026.10.0"}
        assert metadata["author"] == "Video Analytics"
        assert "https://github.com/video-analytics-ha/video_analytics)" in metadata["description"]
        for section in metadata["input"].values():
            assert section["name"]
            assert all(entered["name"] and entered["selector"] for entered in section["input"].values())


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs/automations.md"], ids=lambda page: page.name)
def test_each_can_be_imported_from_the_documentation(page: Path) -> None:
    buttons = _BUTTON.findall(page.read_text())
    urls = [parse_qs(urlsplit(button).query)["blueprint_url"][0] for button in buttons]
    assert sorted(urls) == [f"{LINKS}blueprints/automation/video_analytics/{name}.yaml" for name in NAMES]
