"""The simulated system, accounts of it, and the search for what must not be seen anywhere."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from hashlib import md5
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics import coordinator
from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors.eocortex import account, counters, occasional, servers
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.simulator.client import Simulator
from tests.simulator.eocortex.modules import DATABASE_PASSWORD

from ..accounts import set_up
from ..conftest import AddAccount
from .system import entry_data

type Later = Callable[[float], None]

PASSWORDS = ("Harbour-Päss-7421", "rotated-1-Ключ", "directory-Wörd-3377")
MARKS = ("ss-7421", "rotated-1-", "rd-3377", "masterkey-", DATABASE_PASSWORD)
"""What stays of the passwords however a text is written."""


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    """One system for the session."""
    simulator = Simulator.launch(vendor="eocortex", servers=2)
    assert simulator.credentials["password"] == PASSWORDS[0]
    yield simulator
    simulator.stop()


@pytest.fixture
async def simulator(simulator_process: Simulator) -> Simulator:
    """The system as it starts: every test gets the same world, and all servers run."""
    await simulator_process.refuse(False)
    await simulator_process.reset()
    await simulator_process.clear_faults()
    await simulator_process.forget_requests()
    return simulator_process


@pytest.fixture
async def add_account(hass: HomeAssistant, simulator: Simulator) -> AddAccount:
    """Return a function that adds the system to Home Assistant and sets it up."""

    async def add(
        options: dict[str, Any] | None = None,
        expect: ConfigEntryState = ConfigEntryState.LOADED,
        moments: bool = False,
        **sign_in: Any,
    ) -> MockConfigEntry:
        data = entry_data(simulator, **sign_in)
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Eocortex Server 1",
            unique_id=f"eocortex_{data['account_id']}",
            data=data,
            options={"all_events": moments, **(options or {})},
        )
        return await set_up(hass, entry, expect)

    return add


@pytest.fixture(autouse=True)
def _every_poll_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests poll again without delay."""
    monkeypatch.setattr(account, "_STATES_EVERY", 0.0)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Return a function that moves the clock of the account and of its coordinator."""
    now = [10_000.0]
    for module in (coordinator, account, counters, occasional, servers):
        monkeypatch.setattr(module, "monotonic", lambda: now[0])

    def move(seconds: float) -> None:
        now[0] += seconds

    return move


@pytest.fixture(autouse=True)
async def nothing_secret_is_seen(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> AsyncIterator[None]:
    """Search all that a test made Home Assistant print, log, show and store for passwords and what stands for them."""
    logging.getLogger("custom_components.video_analytics").setLevel(logging.DEBUG)
    yield
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    stored = {key: value for key, value in hass_storage.items() if key != "core.config_entries"}
    assert stored
    seen = {
        "printed": "".join(capfd.readouterr()),
        "logged": caplog.text,
        "log records": "\n".join(
            record.getMessage() for phase in ("setup", "call") for record in caplog.get_records(phase)
        ),
        "shown": "\n".join(repr(state.as_dict()) for state in hass.states.async_all()),
        "registered": repr([*dr.async_get(hass).devices, *er.async_get(hass).entities.values()]),
        "stored": json.dumps(stored, default=repr, ensure_ascii=False),
        "cached": await asyncio.to_thread(_files, tmp_path),
    }
    assert [(where, mark) for where, text in seen.items() for mark in secrets() if mark in text] == []


def _files(folder: Path) -> str:
    return "".join(path.read_text("latin-1") for path in folder.rglob("*") if path.is_file())


def secrets() -> tuple[str, ...]:
    """Return the passwords, their hashes, and how they are sent."""
    hashes = [md5(password.encode(), usedforsecurity=False).hexdigest() for password in PASSWORDS]
    sent = [b64encode(text.encode()).decode() for text in (*PASSWORDS, *(f"root:{word}" for word in hashes))]
    return (*MARKS, *hashes, *(word.upper() for word in hashes), *sent)
