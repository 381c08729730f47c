"""Documents go up and down, however large they are."""

import asyncio
from hashlib import sha256
import json
import sys

import pytest

from custom_components.video_analytics.vendors.errors import NotFound, NotPermitted, Rejected, SignInFailed, Unreachable
from tests.simulator.client import ROOT, Simulator
from tests.vendors.server import consume

from .conftest import ALL, USER, sign_ins

MEGABYTE = 1 << 20
LARGE = 200 * MEGABYTE
MOST_MEMORY = 24 * MEGABYTE
NOBODY = "11111111-2222-3333-4444-555555555555"


async def chunks(*content: bytes):
    """Yield a file."""
    for chunk in content:
        await asyncio.sleep(0)
        yield chunk


async def test_a_document_goes_up_and_down(simulator: Simulator, account, anna):
    document = await account.documents.upload(anna, "ID Card", chunks(b"%PDF", b"-1.7"), description="Front of ID")
    (kept,) = await simulator.documents()
    assert kept == {
        "id": document,
        "person": anna,
        "name": "ID Card",
        "description": "Front of ID",
        "file": "ID Card",
        "bytes": 8,
    }
    async with account.documents.download(anna, document) as download:
        assert download.size == 8
        assert b"".join([chunk async for chunk in download.chunks]) == b"%PDF-1.7"


async def test_a_name_in_other_letters(simulator: Simulator, account, anna):
    await account.documents.upload(anna, 'Пропуск "Ñ".pdf', chunks(b"a"))
    (kept,) = await simulator.documents()
    assert (kept["name"], kept["file"]) == ('Пропуск "Ñ".pdf', 'Пропуск "Ñ".pdf')
    assert kept["description"] is None


async def test_what_is_not_there(account, anna):
    with pytest.raises(NotFound):
        await consume(account.documents.download(anna, NOBODY))
    with pytest.raises(NotFound):
        await account.documents.upload(NOBODY, "ID Card", chunks(b"a"))


async def test_what_the_server_refuses(simulator: Simulator, account, anna):
    await simulator.quirks(error_body="problem")
    with pytest.raises(Rejected) as caught:
        await account.documents.upload(anna, "", chunks(b"a"))
    assert caught.value.reason == "personId, name and a file are required"


async def test_permissions(simulator: Simulator, account, anna):
    document = await account.documents.upload(anna, "ID Card", chunks(b"a"))
    await simulator.quirks(rights_of="user")
    await simulator.permit(*(name for name in ALL if not name.endswith("Files")), username=USER)
    with pytest.raises(NotPermitted) as caught:
        await account.documents.upload(anna, "ID Card", chunks(b"a"))
    assert caught.value.permission == "Add Identity Files (Identities)"
    with pytest.raises(NotPermitted) as caught:
        await consume(account.documents.download(anna, document))
    assert caught.value.permission == "Read Identity Files (Identities)"


async def test_a_token_that_the_server_has_forgotten_costs_no_upload(simulator: Simulator, account, anna):
    await account.client.people.get(anna)
    await simulator.forget_tokens()
    await account.documents.upload(anna, "ID Card", chunks(b"a"))
    assert await sign_ins(simulator) == 2


async def test_a_token_that_is_refused_in_between(simulator: Simulator, account, anna):
    await simulator.fault("fileDocuments/upload", status=401, times=1)
    with pytest.raises(SignInFailed):
        await account.documents.upload(anna, "ID Card", chunks(b"a"))
    await account.documents.upload(anna, "ID Card", chunks(b"a"))


async def test_a_file_that_cannot_be_read(simulator: Simulator, account, anna):
    async def broken():
        yield b"a"
        raise PermissionError("no")

    with pytest.raises(PermissionError):
        await account.documents.upload(anna, "ID Card", broken())
    assert await simulator.documents() == []


async def test_a_download_that_breaks_off(simulator: Simulator, account, anna):
    document = await account.documents.upload(anna, "ID Card", chunks(b"a" * MEGABYTE))
    await simulator.fault("data$", body="cut", times=1)
    with pytest.raises(Unreachable):
        await consume(account.documents.download(anna, document))
    assert len(await consume(account.documents.download(anna, document))) == MEGABYTE


ALONE = """
import asyncio, hashlib, json, sys, types
for name, path in (("custom_components", {root!r}), ("custom_components.video_analytics", {integration!r})):
    package = types.ModuleType(name)
    package.__path__ = [path]
    sys.modules[name] = package
import aiohttp
from custom_components.video_analytics.vendors.econnect import VENDOR
from custom_components.video_analytics.vendors.http import Http

def used():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

async def file(digest):
    for number in range({megabytes}):
        chunk = number.to_bytes(4) * (1 << 18)
        digest.update(chunk)
        yield chunk

async def main():
    values = json.loads(sys.argv[1])
    up, down, size = hashlib.sha256(), hashlib.sha256(), 0
    async with aiohttp.ClientSession() as session:
        account = VENDOR.open(Http(session), values, "id")
        await account.client.people.get(sys.argv[2])
        before = used()
        document = await account.documents.upload(sys.argv[2], "Large", file(up))
        after_upload = used()
        async with account.documents.download(sys.argv[2], document) as download:
            async for chunk in download.chunks:
                down.update(chunk)
                size += len(chunk)
        after_download = used()
    print(json.dumps({{"up": up.hexdigest(), "down": down.hexdigest(), "size": size,
                      "upload": after_upload - before, "download": after_download - after_upload}}))

asyncio.run(main())
"""


async def test_200_megabytes_are_never_held(simulator: Simulator, values, anna):
    """In a process of its own, whose peak of memory is its own."""
    code = ALONE.format(
        root=str(ROOT / "custom_components"),
        integration=str(ROOT / "custom_components" / "video_analytics"),
        megabytes=LARGE // MEGABYTE,
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, json.dumps(values), anna, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    result = json.loads(output)
    assert result["size"] == LARGE
    assert result["up"] == result["down"] != sha256().hexdigest()
    assert result["upload"] < MOST_MEMORY
    assert result["download"] < MOST_MEMORY
