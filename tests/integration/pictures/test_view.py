"""Pictures over HTTP: for whoever is signed in, as long as the account is set up."""

from datetime import timedelta
import shutil

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from homeassistant.core import HomeAssistant

from ..conftest import AddAccount
from .keeping import JPEG, folder, picture, put


async def test_a_picture_is_there_at_once_for_whoever_is_signed_in(
    hass: HomeAssistant, add_account: AddAccount, hass_client: ClientSessionGenerator
) -> None:
    entry = await add_account()
    client = await hass_client()
    store = entry.runtime_data.pictures
    path = store.path(put(store, "moment-1"))
    assert path.startswith(f"/api/video_analytics/{entry.entry_id}/picture/")
    assert path.endswith(".jpg")

    response = await client.get(path)
    assert response.status == 200
    assert await response.read() == JPEG
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Cache-Control"].startswith("private, max-age=")

    response = await client.head(path)
    assert response.status == 200
    assert response.headers["Content-Length"] == str(len(JPEG))
    assert await response.read() == b""

    response = await client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert response.status == 304
    assert await response.read() == b""
    assert (await client.get(path, headers={"If-None-Match": '"another"'})).status == 200


async def test_a_picture_needs_login_or_its_own_signature(
    hass: HomeAssistant,
    add_account: AddAccount,
    hass_client_no_auth: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    store = (await add_account()).runtime_data.pictures
    client = await hass_client_no_auth()
    first, second = put(store, "moment-1"), put(store, "moment-2")
    assert (await client.get(store.path(first))).status == 401
    assert (await client.get(store.path("0" * 32))).status == 401

    signed = store.signed_path(first)
    response = await client.get(signed)
    assert response.status == 200
    assert await response.read() == JPEG
    assert (await client.get(signed.replace(first, second))).status == 401

    freezer.tick(timedelta(hours=23))
    assert (await client.get(signed)).status == 200
    freezer.tick(timedelta(hours=2))
    assert (await client.get(signed)).status == 401


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"\xff\xd8\xff\xdb a photo", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n a drawing", "image/png"),
        (b"GIF89a a film", "image/gif"),
        (b"GIF87a an old film", "image/gif"),
        (b"RIFF\n\x00\x00\x00WEBPVP8 a photo", "image/webp"),
    ],
)
async def test_a_picture_is_called_what_it_is_whatever_the_vendor_says(
    hass: HomeAssistant,
    add_account: AddAccount,
    hass_client: ClientSessionGenerator,
    content: bytes,
    content_type: str,
) -> None:
    entry = await add_account()
    client = await hass_client()
    store = entry.runtime_data.pictures
    path = store.path(put(store, "moment-1", picture(content, "text/html")))
    assert (await client.get(path)).headers["Content-Type"] == content_type

    await hass.config_entries.async_reload(entry.entry_id)
    response = await client.get(path)
    assert response.headers["Content-Type"] == content_type
    assert await response.read() == content


async def test_all_that_cannot_be_had_looks_the_same(
    hass: HomeAssistant, add_account: AddAccount, hass_client: ClientSessionGenerator
) -> None:
    first, second = await add_account(), await add_account(account_id="account-2")
    unloaded = await add_account(account_id="account-3")
    somebody = MockConfigEntry(domain="somebody_else")
    somebody.add_to_hass(hass)
    store = first.runtime_data.pictures
    kept = put(store, "moment-1")
    of_unloaded = put(unloaded.runtime_data.pictures, "moment-1")
    assert len({kept, of_unloaded}) == 2
    await hass.config_entries.async_unload(unloaded.entry_id)
    await hass.async_block_till_done()
    client = await hass_client()
    assert (await client.get(store.path(kept))).status == 200

    def path(entry: MockConfigEntry | str, name: str) -> str:
        entry_id = entry if isinstance(entry, str) else entry.entry_id
        return f"/api/video_analytics/{entry_id}/picture/{name}"

    absent = [
        path(first, f"{'0' * 32}.jpg"),
        path(first, kept),
        path(first, f"{kept}.png"),
        path(first, f"{kept.upper()}.jpg"),
        path(first, f"{kept}.jpg.jpg"),
        path(first, f"x%2F{kept}.jpg"),
        path(second, f"{kept}.jpg"),
        path("nobody", f"{kept}.jpg"),
        path(somebody, f"{kept}.jpg"),
        path(unloaded, f"{of_unloaded}.jpg"),
    ]
    answers = set()
    for address in absent:
        response = await client.get(address)
        answers.add((response.status, await response.text(), response.headers["Content-Type"]))
    assert answers == {(404, "404: Not Found", "text/plain; charset=utf-8")}

    around = [f"..%2F{kept}.jpg", f"..%2F..%2F{first.entry_id}%2Fpicture%2F{kept}.jpg", "..%2F..%2Fsecrets.yaml"]
    for name in (*around, f"{kept}.jpg%0A", f"{kept}.jpg%00"):
        # Most of these Home Assistant itself refuses.
        assert (await client.get(URL(path(second, name), encoded=True))).status in (400, 404)


async def test_pictures_survive_a_restart_and_go_with_the_account(
    hass: HomeAssistant, add_account: AddAccount, hass_client: ClientSessionGenerator
) -> None:
    entry = await add_account()
    client = await hass_client()
    store = entry.runtime_data.pictures
    path = store.path(put(store, "moment-1"))
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await client.get(path)).status == 404

    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.runtime_data.pictures is not store
    response = await client.get(path)
    assert await response.read() == JPEG

    assert await hass.config_entries.async_reload(entry.entry_id)
    shutil.rmtree(folder(hass, entry))
    assert (await client.get(path)).status == 404

    put(entry.runtime_data.pictures, "moment-1")
    await hass.async_block_till_done()
    assert folder(hass, entry).exists()
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert (await client.get(path)).status == 404
    assert not folder(hass, entry).exists()
