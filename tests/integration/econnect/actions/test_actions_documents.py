"""Documents of people: files that go up and come down, however large they are."""

import asyncio
from collections.abc import Callable
import hashlib
import os
from pathlib import Path
import shutil
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from ...events.acting import act
from .acting import NOBODY, failed, without, writes

MEGABYTE = 1 << 20
LARGE = 200 * MEGABYTE
MOST_MEMORY = 32 * MEGABYTE
PDF = b"%PDF-1.7 a pass"


@pytest.fixture
def document(allowed: Path) -> Path:
    """A file that may be read."""
    file = allowed / "Pass.pdf"
    file.write_bytes(PDF)
    return file


@pytest.fixture
async def uploaded(hass: HomeAssistant, simulator: Simulator, seen: str, document: Path) -> str:
    """The id of a document of Anna."""
    found = str((await act(hass, "upload_document", seen, file=str(document)))["document"])
    await simulator.forget_requests()
    return found


def found_in(folder: Path) -> list[str]:
    """Return all files of a folder, hidden ones too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


async def test_a_file_is_attached(
    hass: HomeAssistant, simulator: Simulator, anna: str, seen: str, document: Path
) -> None:
    response = await act(hass, "upload_document", seen, file=str(document))
    assert await simulator.documents() == [
        {
            "id": response["document"],
            "person": anna,
            "name": "Pass.pdf",
            "description": None,
            "file": "Pass.pdf",
            "bytes": len(PDF),
        }
    ]
    assert response == {"person": anna, "document": response["document"]}


async def test_a_document_has_a_name_and_a_description(
    hass: HomeAssistant, simulator: Simulator, ines: str, account: MockConfigEntry, document: Path
) -> None:
    target = {"person": ines, "config_entry_id": account.entry_id}
    await act(hass, "upload_document", target, file=str(document), name='Пропуск "Ñ"', description="Both sides")
    [kept] = await simulator.documents()
    assert (kept["person"], kept["name"], kept["description"]) == (ines, 'Пропуск "Ñ"', "Both sides")


async def test_an_empty_file_goes_up_and_down(
    hass: HomeAssistant, simulator: Simulator, seen: str, allowed: Path, media: Path
) -> None:
    (allowed / "empty.txt").touch()
    response = await act(hass, "upload_document", seen, file=str(allowed / "empty.txt"))
    saved = await act(hass, "download_document", seen, document=response["document"], name="empty.txt")
    assert Path(saved["path"]).read_bytes() == b""


@pytest.mark.parametrize(
    ("path", "key", "text"),
    [
        ("/etc/passwd", "path_not_allowed", "may not read /etc/passwd"),
        ("{allowed}/../secret.pdf", "path_not_allowed", "allowlist_external_dirs"),
        ("{allowed}/link.pdf", "path_not_allowed", "allowlist_external_dirs"),
        ("{allowed}/nothing.pdf", "no_such_file", "There is no file"),
        ("{allowed}", "no_such_file", "There is no file"),
        ("{allowed}/pipe", "no_such_file", "There is no file"),
        ("", "path_not_allowed", "may not read"),
        ("/etc/\0", "path_not_allowed", "may not read"),
    ],
)
async def test_files_that_may_not_go_up(
    hass: HomeAssistant, simulator: Simulator, seen: str, allowed: Path, path: str, key: str, text: str
) -> None:
    (allowed.parent / "secret.pdf").write_bytes(PDF)
    (allowed / "link.pdf").symlink_to(allowed.parent / "secret.pdf")
    os.mkfifo(allowed / "pipe")
    found, message = await failed(hass, "upload_document", seen, file=path.replace("{allowed}", str(allowed)))
    assert found == key
    assert text in message
    assert await writes(simulator) == []


async def test_a_file_that_cannot_be_read_to_its_end(
    hass: HomeAssistant, simulator: Simulator, seen: str, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        closed = False

        def read(self, size: int) -> bytes:
            raise OSError(5, "Input/output error")

        def close(self) -> None:
            Broken.closed = True

    def open_broken(path: Path, mode: str) -> Broken:
        return Broken()

    monkeypatch.setattr(Path, "open", open_broken)
    key, message = await failed(hass, "upload_document", seen, file=str(document))
    assert key == "file_unreadable"
    assert "Check the rights of the file" in message
    assert Broken.closed
    assert await simulator.documents() == []


async def test_a_document_is_saved_and_nothing_is_overwritten(
    hass: HomeAssistant, seen: str, anna: str, uploaded: str, media: Path
) -> None:
    first = await act(hass, "download_document", seen, document=uploaded)
    folder = "econnect_harbour_house/documents"
    assert first == {
        "person": anna,
        "file": f"{folder}/{uploaded}.bin",
        "path": str(media / folder / f"{uploaded}.bin"),
        "media_content_id": f"media-source://media_source/local/{folder}/{uploaded}.bin",
        "content_type": "application/octet-stream",
    }
    (media / first["file"]).write_bytes(b"mine")
    second = await act(hass, "download_document", seen, document=f" {uploaded} ")
    assert second["file"] == f"{folder}/{uploaded}_2.bin"
    assert (media / first["file"]).read_bytes() == b"mine"
    assert (media / second["file"]).read_bytes() == PDF
    assert found_in(media) == sorted([first["file"], second["file"]])


async def test_a_folder_and_a_name_of_ones_own(
    hass: HomeAssistant, seen: str, uploaded: str, media: Path, allowed: Path
) -> None:
    fields = {"document": uploaded, "name": "Pass.pdf"}
    saved = await act(hass, "download_document", seen, folder="local/passes", **fields)
    assert saved["file"] == "passes/Pass.pdf"
    elsewhere = await act(hass, "download_document", seen, folder=str(allowed), **fields)
    assert elsewhere["path"] == elsewhere["file"] == str(allowed / "Pass_2.pdf")
    assert elsewhere["media_content_id"] is None
    assert Path(elsewhere["path"]).read_bytes() == PDF


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("../../etc/passwd", "_.._etc_passwd.bin"),
        ("..", "document.bin"),
        (".hidden", "hidden.bin"),
        ("C:\\pass.pdf", "C__pass.pdf"),
        ("a\0b\n.pdf", "a_b_.pdf"),
        ("Пропуск.pdf", "Пропуск.pdf"),
        ("名" * 300 + ".pdf", "名" * 60 + ".pdf"),
    ],
)
async def test_a_name_never_leads_elsewhere(
    hass: HomeAssistant, seen: str, uploaded: str, media: Path, name: str, saved: str
) -> None:
    response = await act(hass, "download_document", seen, document=uploaded, name=name)
    path = Path(response["path"])
    assert path.parent == media / "econnect_harbour_house" / "documents"
    assert path.name == saved
    assert found_in(media) == [path.relative_to(media).as_posix()]


@pytest.mark.parametrize("wrong", [NOBODY, "x"])
async def test_documents_that_are_not_there(
    hass: HomeAssistant, simulator: Simulator, ines: str, seen: str, uploaded: str, media: Path, wrong: str
) -> None:
    for target, document in ((seen, wrong), ({"person": ines}, uploaded), ({"person": wrong}, uploaded)):
        key, message = await failed(hass, "download_document", target, document=document)
        assert key == "unknown_document"
        assert document in message
    for document in ("", "../../Tags", "a/b"):
        assert (await failed(hass, "download_document", seen, document=document))[0] == "bad_id"
    assert found_in(media) == []


async def test_people_who_are_not_there(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, document: Path, seen: str, media: Path
) -> None:
    assert (await failed(hass, "upload_document", {"person": NOBODY}, file=str(document)))[0] == "unknown_person"
    assert (await failed(hass, "upload_document", "all", file=str(document)))[0] == "not_one_person"
    assert (await failed(hass, "download_document", "all", document=NOBODY))[0] == "not_one_person"
    assert await simulator.documents() == []


async def test_missing_permissions_are_named(
    hass: HomeAssistant, simulator: Simulator, seen: str, document: Path, uploaded: str, media: Path
) -> None:
    await without(simulator, "Add Identity Files", "Read Identity Files")
    key, message = await failed(hass, "upload_document", seen, file=str(document))
    assert key == "permission_missing"
    assert "“Add Identity Files (Identities)”" in message
    key, message = await failed(hass, "download_document", seen, document=uploaded)
    assert key == "permission_missing"
    assert "“Read Identity Files (Identities)”" in message
    assert found_in(media) == []


async def test_a_large_file_that_is_refused_is_let_go(
    hass: HomeAssistant, simulator: Simulator, seen: str, allowed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (allowed / "large.bin").open("wb") as file:
        file.truncate(50 * MEGABYTE)
    await without(simulator, "Add Identity Files")
    fields = {"file": str(allowed / "large.bin")}
    assert (await failed(hass, "upload_document", seen, **fields))[0] == "permission_missing"
    await simulator.fault("upload$", status=503, times=1)
    assert (await failed(hass, "upload_document", seen, **fields))[0] == "unreachable"
    opened = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.exists()]
    assert fields["file"] not in opened
    assert [record for record in caplog.get_records("call") if record.levelname in ("WARNING", "ERROR")] == []


async def test_systems_without_documents(
    hass: HomeAssistant,
    account: MockConfigEntry,
    seen: str,
    document: Path,
    media: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(account.runtime_data.coordinator.account, "documents", None)
    assert (await failed(hass, "upload_document", seen, file=str(document)))[0] == "not_offered"
    assert (await failed(hass, "download_document", seen, document=NOBODY))[0] == "not_offered"


@pytest.mark.parametrize("fault", [{"status": 503}, {"body": "cut"}, {"status": 429, "retry_after": 1}])
async def test_a_download_that_breaks_off_leaves_nothing(
    hass: HomeAssistant, simulator: Simulator, seen: str, uploaded: str, media: Path, fault: dict[str, Any]
) -> None:
    await simulator.fault("/data$", times=1, **fault)
    key, _ = await failed(hass, "download_document", seen, document=uploaded)
    assert key == ("rate_limited" if "retry_after" in fault else "unreachable")
    assert found_in(media) == []


async def test_folders_that_cannot_be_written_to(
    hass: HomeAssistant, simulator: Simulator, seen: str, uploaded: str, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {"document": uploaded}
    assert (await failed(hass, "download_document", seen, folder="/etc", **fields))[0] == "folder_not_allowed"
    assert (await failed(hass, "download_document", seen, folder="local/../..", **fields))[0] == "folder_not_allowed"
    (media / "file").touch()
    assert (await failed(hass, "download_document", seen, folder="local/file", **fields))[0] == "folder_not_writable"
    assert found_in(media) == ["file"]
    assert [each for each in await simulator.requests() if str(each["path"]).endswith("/data")] == []

    usage = type("Usage", (), {"free": 1})()
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    key, message = await failed(hass, "download_document", seen, **fields)
    assert key == "disk_full"
    assert "documents" in message


async def test_a_disk_that_fails_is_told(
    hass: HomeAssistant, seen: str, uploaded: str, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(file: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    assert (await failed(hass, "download_document", seen, document=uploaded))[0] == "folder_not_writable"
    assert found_in(media) == []


async def test_one_download_of_a_document_at_a_time(
    hass: HomeAssistant, simulator: Simulator, seen: str, uploaded: str, media: Path
) -> None:
    await simulator.fault("/data$", latency=0.5, times=1)
    first = asyncio.create_task(act(hass, "download_document", seen, document=uploaded))
    await asyncio.sleep(0.2)
    assert (await failed(hass, "download_document", seen, document=uploaded))[0] == "document_under_way"
    assert Path((await first)["path"]).read_bytes() == PDF
    await act(hass, "download_document", seen, document=uploaded)
    assert len(found_in(media)) == 2


async def test_a_download_that_is_cancelled_leaves_nothing(
    hass: HomeAssistant, simulator: Simulator, seen: str, uploaded: str, media: Path
) -> None:
    await simulator.fault("/data$", latency=5, times=1)
    task = asyncio.create_task(act(hass, "download_document", seen, document=uploaded))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert found_in(media) == []
    await act(hass, "download_document", seen, document=uploaded)


def forget_peak() -> None:
    """Let the peak of this process' memory begin again."""
    Path("/proc/self/clear_refs").write_text("5")


def status_of_memory(name: str) -> int:
    """Return a value of this process' memory, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


async def grown(work: Callable[[], Any]) -> tuple[int, Any]:
    """Return how much memory was used beyond the present while something was done, and its result."""
    forget_peak()
    before = status_of_memory("VmRSS")
    result = await work()
    return status_of_memory("VmHWM") - before, result


async def test_memory_is_measured() -> None:
    """The test below would pass on nothing."""

    async def hold() -> int:
        return len(bytearray(os.urandom(MEGABYTE) * 64))

    assert (await grown(hold))[0] >= 64 * MEGABYTE


async def test_200_megabytes_are_never_held(
    hass: HomeAssistant, simulator: Simulator, seen: str, document: Path, allowed: Path, media: Path
) -> None:
    blocks = [os.urandom(MEGABYTE) for _ in range(2)]
    large = allowed / "large.bin"
    up = hashlib.sha256()
    with large.open("wb") as file:
        for number in range(LARGE // MEGABYTE):
            file.write(blocks[number % 2])
            up.update(blocks[number % 2])
    small = (await act(hass, "upload_document", seen, file=str(document)))["document"]
    await act(hass, "download_document", seen, document=small)  # what the first use takes is not counted

    by_upload, response = await grown(lambda: act(hass, "upload_document", seen, file=str(large)))
    assert [kept["bytes"] for kept in await simulator.documents()] == [len(PDF), LARGE]
    large.unlink()
    by_download, saved = await grown(
        lambda: act(hass, "download_document", seen, document=response["document"], name="large.bin")
    )
    with Path(saved["path"]).open("rb") as file:
        assert hashlib.file_digest(file, "sha256").digest() == up.digest()
    assert by_upload < MOST_MEMORY
    assert by_download < MOST_MEMORY
