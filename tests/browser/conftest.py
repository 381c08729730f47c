"""A simulator, a Home Assistant without an account, and Chromium."""

from collections.abc import AsyncIterator
from pathlib import Path
import shutil

from playwright.async_api import Page, async_playwright
import pytest

from tests.demo.home import PASSWORD, USER, Home, free_port
from tests.simulator.client import Simulator

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
RESULTS = Path(__file__).resolve().parents[2] / "test-results"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder, and skip them where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(300))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed: sudo apt-get install chromium"))


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let the tests speak to the servers they start."""


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A simulator with a few cameras."""
    async with Simulator.running() as simulator:
        yield simulator


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """A new Home Assistant."""
    async with Home.run(tmp_path / "home", port=free_port(0)) as home:
        yield home


@pytest.fixture
async def page(home: Home, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A page of a signed-in user; its last sight is kept under test-results."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1400, "height": 950})
        page.set_default_timeout(30_000)
        await page.goto(home.url)
        await page.get_by_label("Username").fill(USER)
        await page.get_by_label("Password").first.fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_selector("home-assistant-main", state="attached")
        yield page
        await page.screenshot(path=picture(request.node.name))
        await browser.close()


def picture(name: str) -> Path:
    """Return where a picture of a page goes; those of the README come from here."""
    RESULTS.mkdir(exist_ok=True)
    return RESULTS / f"{name}.png"
