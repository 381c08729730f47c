"""Pictures in memory and on the disk: at once, after a restart, and as long as the options say."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
import os
from pathlib import Path
import tracemalloc

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.pictures import async_remove_pictures
from homeassistant.core import HomeAssistant

from .keeping import JPEG, MB, Open, files, folder, large, picture, put


async def test_two_accounts_never_mix(hass: HomeAssistant, entry: MockConfigEntry, opened: Open) -> None:
    other = MockConfigEntry(domain=DOMAIN)
    other.add_to_hass(hass)
    first, second = await opened(entry), await opened(other)
    kept = put(first, "moment-1")
    assert kept not in second
    assert await second.async_get(kept) is None
    assert put(second, "moment-1") != kept


# Putting


async def test_a_picture_is_found_by_its_key_and_never_changes(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open
) -> None:
    store = await opened(entry)
    assert store.find("moment-1") is None
    kept = put(store, "moment-1")
    assert store.find("moment-1") == kept
    assert put(store, "moment-1", picture(JPEG + b" of somebody else")) == kept
    assert await store.async_get(kept) == picture()

    await store.async_close()
    store = await opened(entry)
    assert store.find("moment-1") == kept
    assert put(store, "moment-1", picture(JPEG + b" of somebody else")) == kept
    assert await store.async_get(kept) == picture()


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff\xd8", b"RIFF\n\x00\x00\x00WAVE", b"\x00\x00\x00 ftypheic"])
async def test_what_is_no_picture_is_not_kept(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open, content: bytes
) -> None:
    store = await opened(entry)
    assert store.put("moment-1", picture(content)) is None
    assert store.find("moment-1") is None
    await store.async_close()
    assert files(hass, entry) == set()


# Memory


async def test_memory_is_bounded_and_those_asked_for_last_stay(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open
) -> None:
    store = await opened(entry, days=0)
    first = put(store, "moment-0", large(MB))
    tracemalloc.start()
    kept = []
    for number in range(1, 50):
        kept.append(put(store, f"moment-{number}", large(MB, number)))
        assert await store.async_get(first)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 17 * MB
    alive = [picture_id for picture_id in kept if picture_id in store]
    assert alive == kept[-15:]
    assert await store.async_get(kept[0]) is None


async def test_what_waits_for_the_disk_stays_in_memory(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open
) -> None:
    store = await opened(entry)
    kept = [put(store, f"moment-{number}", large(MB, number)) for number in range(40)]
    assert all(picture_id in store for picture_id in kept)
    assert await store.async_get(kept[0]) == large(MB, 0)

    await hass.async_block_till_done()
    assert files(hass, entry) == set(kept)
    assert await store.async_get(kept[0]) == large(MB, 0)


async def test_even_a_disk_that_hangs_does_not_fill_the_memory(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open
) -> None:
    store = await opened(entry)
    kept = [put(store, f"moment-{number}", large(8 * MB, number)) for number in range(12)]
    alive = [picture_id for picture_id in kept if picture_id in store]
    assert alive == kept[-8:]
    await hass.async_block_till_done()


# The disk


async def test_pictures_are_written_in_the_background(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open
) -> None:
    store = await opened(entry)
    assert not folder(hass, entry).exists()
    kept = {put(store, f"moment-{number}") for number in range(5)}
    assert not folder(hass, entry).exists()
    await hass.async_block_till_done()
    assert files(hass, entry) == kept
    late = put(store, "moment-late")
    await store.async_close()
    assert files(hass, entry) == {*kept, late}


async def test_a_closed_store_writes_nothing(hass: HomeAssistant, entry: MockConfigEntry, opened: Open) -> None:
    store = await opened(entry)
    await store.async_close()
    put(store, "moment-1")
    await hass.async_block_till_done()
    assert not folder(hass, entry).exists()


async def test_what_an_interrupted_run_left_behind_is_removed(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open
) -> None:
    store = await opened(entry)
    kept = put(store, "moment-1")
    await store.async_close()
    (folder(hass, entry) / f"{'1' * 32}.tmp").write_bytes(JPEG)
    (folder(hass, entry) / ("2" * 32)).write_bytes(b"")
    (folder(hass, entry) / "folder").mkdir()
    store = await opened(entry)
    assert files(hass, entry) == {kept, "folder"}
    assert "2" * 32 not in store
    assert kept in store


async def test_a_file_that_somebody_took_away_is_gone_and_can_come_again(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open
) -> None:
    store = await opened(entry)
    taken, broken = put(store, "moment-1"), put(store, "moment-2")
    await store.async_close()
    store = await opened(entry)
    (folder(hass, entry) / taken).unlink()
    (folder(hass, entry) / broken).write_bytes(bytes(100))
    assert await asyncio.gather(*map(store.async_get, (taken, taken, broken))) == [None] * 3
    await hass.async_block_till_done()
    assert files(hass, entry) == set()
    assert store.find("moment-2") is None
    assert put(store, "moment-2") == broken
    assert await store.async_get(broken) == picture()


async def test_old_pictures_go_at_the_start_and_daily(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open, freezer: FrozenDateTimeFactory
) -> None:
    store = await opened(entry)
    old = put(store, "moment-1")
    await store.async_close()
    freezer.tick(timedelta(days=4))
    store = await opened(entry)
    assert old in store
    young = put(store, "moment-2")
    await hass.async_block_till_done()

    for _ in range(3):
        freezer.tick(timedelta(days=1, seconds=1))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
    assert old not in store
    assert await store.async_get(old) is None
    assert files(hass, entry) == {young}
    assert await store.async_get(young) == picture()

    await store.async_close()
    freezer.tick(timedelta(days=5))
    store = await opened(entry)
    assert young not in store
    assert files(hass, entry) == set()


async def test_what_is_too_much_goes_oldest_first(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open, freezer: FrozenDateTimeFactory
) -> None:
    store = await opened(entry, megabytes=3)
    kept = []
    for number in range(6):
        kept.append(put(store, f"moment-{number}", large(MB - 10, number)))
        await hass.async_block_till_done()
        freezer.tick(1)
    assert files(hass, entry) == set(kept[-3:])
    assert [picture_id in store for picture_id in kept] == [False] * 3 + [True] * 3

    await store.async_close()
    store = await opened(entry, megabytes=2)
    assert files(hass, entry) == set(kept[-2:])


@pytest.mark.parametrize("options", [{"days": 0}, {"megabytes": 0}])
async def test_without_a_time_or_room_nothing_is_written(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open, options: dict[str, int]
) -> None:
    store = await opened(entry)
    before = put(store, "moment-1")
    await store.async_close()
    assert files(hass, entry) == {before}

    store = await opened(entry, **options)
    assert not folder(hass, entry).exists()
    kept = put(store, "moment-2")
    await hass.async_block_till_done()
    await store.async_close()
    assert not folder(hass, entry).exists()
    assert before not in store
    assert await store.async_get(kept) == picture()


async def test_a_disk_that_fails_breaks_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    store = await opened(entry)
    path = folder(hass, entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")
    kept = []
    for number in range(3):
        kept.append(put(store, f"moment-{number}"))
        await hass.async_block_till_done()
    assert [await store.async_get(picture_id) for picture_id in kept] == [picture()] * 3
    assert caplog.text.count("cannot be kept on the disk") == 1

    path.unlink()
    after = put(store, "moment-after")
    await hass.async_block_till_done()
    assert files(hass, entry) == {after}
    assert caplog.text.count("are kept on the disk again") == 1


async def test_a_full_disk_leaves_no_part_of_a_file(
    hass: HomeAssistant, entry: MockConfigEntry, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await opened(entry)
    whole = put(store, "moment-1")
    await hass.async_block_till_done()

    def replace(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", replace)
    kept = put(store, "moment-2")
    await hass.async_block_till_done()
    assert files(hass, entry) == {whole}
    assert await store.async_get(kept) == picture()


async def test_a_folder_that_cannot_be_read_counts_as_empty(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    opened: Open,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = await opened(entry)
    put(store, "moment-1")
    await store.async_close()

    def scandir(path: Path) -> Iterator[os.DirEntry[str]]:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        store = await opened(entry)
    assert store.find("moment-1") is None
    assert "cannot be kept on the disk, only in memory: Permission denied" in caplog.text
    assert await store.async_get(put(store, "moment-1")) == picture()


async def test_pictures_of_an_account_that_has_none_can_be_removed(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await async_remove_pictures(hass, entry)
    assert not folder(hass, entry).exists()


async def test_many_at_once_are_read_and_written(hass: HomeAssistant, entry: MockConfigEntry, opened: Open) -> None:
    store = await opened(entry, megabytes=1)
    kept = [put(store, f"moment-{number}", large(20_000, number)) for number in range(200)]
    found = await asyncio.gather(*(store.async_get(picture_id) for picture_id in kept))
    assert all(found)
    await hass.async_block_till_done()
    assert files(hass, entry) == set(kept[-50:])
