"""The vendor's callback hastens a look, and nothing else."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.exports import Stage, manager
from custom_components.video_analytics.vendors.faceter.exports import FaceterExports
from homeassistant.components import webhook
from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from .exporting import ended, export, manager_of, reached, stored


async def _serve(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> str:
    """Let Home Assistant answer at an address that the simulator reaches, and return it."""
    client = await hass_client()
    address = str(client.make_url("")).rstrip("/")
    await hass.config.async_update(internal_url=address)
    return address


async def _looks(simulator: Simulator) -> int:
    requests = await simulator.requests()
    return sum(request["method"] == "GET" and "/archive/exports/" in str(request["path"]) for request in requests)


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch, _quick: None) -> None:
    """Look only once a minute."""
    monkeypatch.setattr(manager, "_FIRST_LOOK", 60)
    monkeypatch.setattr(manager, "_LONGEST_PAUSE", 60)


@pytest.mark.usefixtures("_patient")
async def test_an_export_is_looked_at_when_the_vendor_calls(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, account: MockConfigEntry, door: str
) -> None:
    address = await _serve(hass, hass_client)
    await simulator.settings(export_queue_seconds=1)
    answer = await export(hass, door)
    assert (await ended(hass, account, answer["id"], 10)).stage is Stage.FINISHED
    (called,) = await simulator.callbacks()
    assert called["status"] == 200
    assert str(called["url"]).startswith(f"{address}/api/webhook/")


@pytest.mark.usefixtures("_patient")
async def test_the_address_outlives_a_restart(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, account: MockConfigEntry, door: str
) -> None:
    await _serve(hass, hass_client)
    await simulator.settings(export_queue_seconds=1)
    answer = await export(hass, door)
    await hass.config_entries.async_reload(account.entry_id)
    assert (await ended(hass, account, answer["id"], 10)).stage is Stage.FINISHED


@pytest.mark.usefixtures("_patient")
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
async def test_what_is_sent_is_not_believed_and_a_flood_does_no_harm(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    account: MockConfigEntry,
    door: str,
    method: str,
) -> None:
    await simulator.settings(export_queue_seconds=60)
    answer = await export(hass, door)
    client = await hass_client_no_auth()
    path = webhook.async_generate_path(stored(hass_storage, account)["data"]["webhook_id"])
    for _ in range(30):
        response = await client.request(method, path, data=b"\xff{" if method in ("POST", "PUT") else None)
        assert response.status == 200
    await reached(account, answer["id"], Stage.QUEUED)
    await asyncio.sleep(0.5)
    assert await _looks(simulator) == 1
    lie = {"exportId": answer["id"].rpartition("/")[2], "status": "Completed"}
    await client.post(path, json=lie)
    await asyncio.sleep(0.2)
    assert [job.stage for job in manager_of(account).open_jobs] == [Stage.QUEUED]


async def test_without_an_address_it_is_done_by_looking(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, door: str
) -> None:
    hass.config.api = None
    answer = await export(hass, door, wait=True)
    assert answer["status"] == "finished"
    assert await simulator.callbacks() == []


async def test_an_address_that_the_vendor_does_not_reach_is_not_given(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: Simulator,
    door: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await _serve(hass, hass_client)
    asked: list[str] = []

    def reaches(self: FaceterExports, url: str) -> bool:
        asked.append(url)
        return False

    monkeypatch.setattr(FaceterExports, "reaches", reaches)
    # The manager keeps the method that it was made with.
    await hass.config_entries.async_reload(hass.config_entries.async_entries("video_analytics")[0].entry_id)
    await hass.config.async_update(external_url="https://example.test")
    await export(hass, door, wait=True)
    assert [url.partition("/api/")[0] for url in asked] == ["https://example.test", hass.config.internal_url]
    assert await simulator.callbacks() == []


async def test_the_external_address_comes_first(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, simulator: Simulator, account: MockConfigEntry, door: str
) -> None:
    address = await _serve(hass, hass_client)
    await hass.config.async_update(external_url=address.replace("127.0.0.1", "localhost"))
    await export(hass, door, wait=True)
    for _ in range(50):
        if calls := await simulator.callbacks():
            break
        await asyncio.sleep(0.1)
    assert str(calls[0]["url"]).startswith("http://localhost:")


async def test_secrets_are_nowhere_to_be_seen(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    account: MockConfigEntry,
    media: Path,
    door: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    await _serve(hass, hass_client)
    await simulator.fault("GET /media/exports", status=500, times=1)
    saved = await export(hass, door, wait=True)
    linked = await export(hass, door, wait=True, save=False)
    token = linked["url"].partition("token=")[2]
    assert token
    kept = stored(hass_storage, account)
    webhook_id = kept["data"]["webhook_id"]
    logged = "\n".join(
        record.getMessage()
        for record in caplog.records
        if "video_analytics" in record.name and "storage" not in record.name
    )
    states = str([state.as_dict() for state in hass.states.async_all()])
    for where in (logged, states, str(saved), str(manager_of(account).jobs)):
        assert "/media/exports" not in where and token not in where
        assert webhook_id not in where and "/api/webhook" not in where
    assert "/media/exports" not in str(kept) and token not in str(kept) and "/api/webhook" not in str(kept)
