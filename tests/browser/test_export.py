"""Somebody exports a clip while the power fails, and plays it."""

import asyncio
from pathlib import Path

from playwright.async_api import Page

from tests.demo.dashboard import URL_PATH, make_dashboard
from tests.demo.home import MEDIA, Home
from tests.simulator.client import Simulator

from .conftest import SETTLED_MS, VIDEO_TIMES, add_account, picture

EXPORT = "event.faceter_harbour_house_export"


async def stage(home: Home) -> str:
    """Return how far the only export is."""
    answer = await home.post("/api/services/video_analytics/get_exports?return_response", {})
    return next((job["status"] for job in answer["service_response"]["exports"]), "")


async def finished(home: Home) -> str:
    """Wait for the end of the export, and return its file's path in the media folder."""
    for _ in range(180):
        state = await home.get(f"/api/states/{EXPORT}")
        if (event_type := state["attributes"].get("event_type")) is not None:
            assert event_type == "finished", state
            return str(state["attributes"]["file"])
        await asyncio.sleep(0.5)
    raise AssertionError("the export did not end")


def files(folder: Path) -> list[str]:
    """Return what a person finds in a folder."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return [str(path) for path in found if not any(part.startswith(".") for part in path.parts)]


async def test_a_clip_comes_whole_after_a_power_failure(
    page: Page, home: Home, simulator: Simulator, tmp_path: Path
) -> None:
    await add_account(home, simulator)
    await make_dashboard(home)
    await page.goto(f"{home.url}/{URL_PATH}/live")
    await simulator.fault("GET /media/exports/", latency=300)
    await page.locator("hui-tile-card", has_text="Export the front door's last minute").click()
    await page.goto(f"{home.url}/media-browser")  # live video would keep the machine busy
    async with asyncio.timeout(90):
        while await stage(home) != "saving":
            await asyncio.sleep(0.2)
    await home.kill()
    folder = tmp_path / "home"
    assert files(folder / MEDIA) == []

    await simulator.clear_faults()
    async with Home.run(folder, port=int(home.url.rpartition(":")[2])) as again:
        file = await finished(again)
        assert files(folder / MEDIA) == [file]
        assert not list((folder / MEDIA).rglob("*.part"))

        await page.goto(f"{home.url}/media-browser")
        for name in ("My media", *Path(file).parts):
            await page.get_by_label(name, exact=True).click()
        await page.wait_for_function(f"({VIDEO_TIMES})().length > 0")
        await page.wait_for_function(f"Math.max(...({VIDEO_TIMES})()) > 2")
        await page.wait_for_timeout(SETTLED_MS)
        await page.screenshot(path=picture("clip"))
        assert await page.evaluate("document.querySelector('home-assistant').hass.states['" + EXPORT + "'].state")
