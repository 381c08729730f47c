"""Cameras that go offline or come back."""

from dataclasses import replace
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.video_analytics import coordinator as coordinator_module
from custom_components.video_analytics.vendors.errors import Unreachable
from homeassistant.core import HomeAssistant

from ..accounts import find
from ..hearing import settle
from ..invented import Invented
from .automating import Automation, Automations
from .conftest import AddSystem

OFFLINE = "- trigger: video_analytics.camera_offline"
ONLINE = "- trigger: video_analytics.camera_online"
FOR = "\n  options: {for: {minutes: 5}}"

pytestmark = pytest.mark.usefixtures("hass_storage", "source")


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the account be away as soon as it does not answer."""
    monkeypatch.setattr(coordinator_module, "_GRACE", 0)


class Site:
    """The vendor's cameras, and polls."""

    def __init__(self, hass: HomeAssistant, invented: Invented, entry: MockConfigEntry) -> None:
        """They are online."""
        self._hass = hass
        self._invented = invented
        self._entry = entry

    async def poll(self, **online: bool | None) -> None:
        """Ask, after some cameras have come or gone."""
        cameras = dict(self._invented.state.cameras)
        for key, value in online.items():
            cameras[key] = replace(cameras[key], online=value)
        self._invented.state = replace(self._invented.state, cameras=cameras)
        await self._entry.runtime_data.coordinator.async_refresh()
        await settle(self._hass)

    async def poll_in_vain(self) -> None:
        """Ask while the whole account is away."""
        self._invented.error = Unreachable("GET /state: it does not answer")
        await self.poll()
        assert not self._entry.runtime_data.coordinator.last_update_success
        self._invented.error = None


@pytest.fixture
def site(hass: HomeAssistant, invented: Invented, entry: MockConfigEntry) -> Site:
    """Return the cameras of the set-up account."""
    return Site(hass, invented, entry)


def names(automation: Automation) -> list[str]:
    """Return for which cameras an automation ran."""
    return [run["camera"] for run in automation.runs]


async def test_cameras_go_and_come_back(
    hass: HomeAssistant, entry: MockConfigEntry, site: Site, automations: Automations
) -> None:
    offline, online = await automations.add(OFFLINE), await automations.add(ONLINE)
    await site.poll()
    assert offline.runs == online.runs == []
    await site.poll(c1=False)
    (run,) = offline.runs
    where = {
        "entity_id": find(hass, entry, "camera", "camera", "c1"),
        "device_id": run["device_id"],
        "place": "Ground floor",
    }
    assert run["device_id"]
    assert run.items() >= {"camera": "Lobby", "online": False, "for": None, **where}.items()
    assert run["description"] == "Lobby went offline"
    await site.poll(c1=False, c2=False)
    assert names(offline) == ["Lobby", "Roof"]
    assert online.runs == []
    await site.poll(c1=True, c2=False)
    assert names(offline) == ["Lobby", "Roof"]
    assert names(online) == ["Lobby"]
    assert online.runs[0]["online"] is True
    assert online.runs[0]["description"] == "Lobby came back online"


async def test_targets(hass: HomeAssistant, entry: MockConfigEntry, site: Site, automations: Automations) -> None:
    roof = find(hass, entry, "camera", "camera", "c2")
    automation = await automations.add(f"{OFFLINE}\n  target: {{entity_id: {roof}}}")
    await site.poll(c1=False)
    assert automation.runs == []
    await site.poll(c2=False)
    assert names(automation) == ["Roof"]


async def test_neither_start_nor_reload_nor_an_outage_of_all_is_news(
    hass: HomeAssistant, invented: Invented, entry: MockConfigEntry, site: Site, automations: Automations
) -> None:
    await site.poll(c1=False)
    offline, online = await automations.add(OFFLINE), await automations.add(ONLINE)
    await hass.config_entries.async_reload(entry.entry_id)
    await site.poll()
    await site.poll_in_vain()
    await site.poll()
    assert offline.runs == online.runs == []
    # But what has changed meanwhile is: nobody would hear of it otherwise.
    await site.poll_in_vain()
    await site.poll(c1=True, c2=False)
    assert names(offline) == ["Roof"]
    assert names(online) == ["Lobby"]


async def test_what_changes_while_it_is_reloaded_is_no_news(
    hass: HomeAssistant, invented: Invented, entry: MockConfigEntry, site: Site, automations: Automations
) -> None:
    offline = await automations.add(OFFLINE)
    cameras = {key: replace(camera, online=False) for key, camera in invented.state.cameras.items()}
    invented.state = replace(invented.state, cameras=cameras)
    await hass.config_entries.async_reload(entry.entry_id)
    await site.poll()
    assert offline.runs == []


async def test_what_is_not_known_is_no_news(site: Site, automations: Automations) -> None:
    offline, online = await automations.add(OFFLINE), await automations.add(ONLINE)
    await site.poll(c1=None)
    await site.poll(c1=True)
    assert offline.runs == online.runs == []
    await site.poll(c1=None)
    await site.poll(c1=False)
    assert names(offline) == ["Lobby"]


async def test_a_camera_that_is_gone_or_new_is_no_news(
    invented: Invented, site: Site, automations: Automations
) -> None:
    offline, online = await automations.add(OFFLINE), await automations.add(ONLINE)
    everything = invented.state
    invented.state = replace(everything, cameras={"c2": everything.cameras["c2"]})
    await site.poll()
    invented.state = everything
    await site.poll(c1=False)
    assert offline.runs == online.runs == []
    await site.poll(c1=True)
    assert names(online) == ["Lobby"]


async def wait(hass: HomeAssistant, freezer: FrozenDateTimeFactory, minutes: float) -> None:
    """Let time pass."""
    freezer.tick(timedelta(minutes=minutes))
    async_fire_time_changed(hass)
    await settle(hass)


async def test_for_a_while(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, site: Site, automations: Automations
) -> None:
    offline, online = await automations.add(OFFLINE + FOR), await automations.add(ONLINE + FOR)
    await site.poll(c1=False, c2=False)
    await wait(hass, freezer, 4)
    await site.poll(c1=True)
    assert offline.runs == []
    await wait(hass, freezer, 1.1)
    assert names(offline) == ["Roof"]
    assert offline.runs[0]["for"] == "0:05:00"
    assert online.runs == []
    await wait(hass, freezer, 4)
    assert names(online) == ["Lobby"]


async def test_for_a_while_with_an_outage_of_all(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, invented: Invented, site: Site, automations: Automations
) -> None:
    """As long as nothing is known of the cameras, nothing is said about them."""
    offline = await automations.add(OFFLINE + FOR)
    await site.poll(c1=False, c2=False)
    invented.error = Unreachable("GET /state: it does not answer")
    await site.poll()
    await wait(hass, freezer, 6)
    assert offline.runs == []
    invented.error = None
    await site.poll(c2=True)
    assert names(offline) == ["Lobby"]


async def test_for_a_while_ends_with_the_account(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, entry: MockConfigEntry, site: Site, automations: Automations
) -> None:
    offline = await automations.add(OFFLINE + FOR)
    await site.poll(c1=False)
    await hass.config_entries.async_unload(entry.entry_id)
    await wait(hass, freezer, 6)
    assert offline.runs == []


async def test_several_accounts(
    invented: Invented, entry: MockConfigEntry, site: Site, add_system: AddSystem, automations: Automations
) -> None:
    """An outage of one says nothing of the other."""
    offline = await automations.add(OFFLINE)
    await add_system(2)
    await site.poll(c1=False)
    assert names(offline) == ["Lobby"]
