"""Forms with files: what arrives at a server, and what happens on the way."""

import asyncio
from email import policy
from email.parser import BytesParser

import pytest

from custom_components.video_analytics.vendors import http as http_module
from custom_components.video_analytics.vendors.errors import Rejected, Unreachable
from custom_components.video_analytics.vendors.form import Form, FormFile
from custom_components.video_analytics.vendors.http import Api

from .server import Request, Server, body, json, silence


def parts(request: Request) -> dict[str, tuple[str | None, str, bytes]]:
    """Return the parts of a form by name: file name, type and content."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + request.body)
    return {
        part.get_param("name", header="content-disposition"): (
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in message.iter_parts()
    }


async def chunks(*content: bytes):
    """Yield a file."""
    for chunk in content:
        await asyncio.sleep(0)
        yield chunk


async def test_texts_and_files_arrive(api: Api, server: Server):
    server.answer(json({"id": 1}))
    form = Form(
        {"name": "ID Card", "note": "Zoë"},
        {
            "file": FormFile("id-card.pdf", chunks(b"%PDF", b"-1.7"), "application/pdf"),
            "photo": FormFile("a.jpg", b"\xff\xd8"),
        },
    )
    assert await api.upload("/upload", form) == {"id": 1}
    (request,) = server.requests
    assert request.method == "POST"
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    found = parts(request)
    assert found["file"] == ("id-card.pdf", "application/pdf", b"%PDF-1.7")
    assert found["photo"] == ("a.jpg", "application/octet-stream", b"\xff\xd8")
    assert found["name"][0] is None
    assert (found["name"][2], found["note"][2]) == (b"ID Card", "Zoë".encode())


@pytest.mark.parametrize("name", ["a\r\nX-Evil: 1", 'a"; filename="b', "", "Zoë Ł.pdf", "\x00"])
async def test_no_name_of_a_file_breaks_the_form(api: Api, server: Server, name):
    server.answer(json(1))
    await api.upload("/upload", Form({}, {"file": FormFile(name, chunks(b"content"))}))
    found = parts(server.requests[0])
    assert list(found) == ["file"]
    assert found["file"][0]
    assert found["file"][2] == b"content"


async def test_a_name_arrives_as_it_is_written(api: Api, server: Server):
    server.answer(json(1))
    await api.upload("/upload", Form({}, {"file": FormFile("Фото.jpg", b"content")}), {"include": ("x", "y")})
    assert 'filename="Фото.jpg"'.encode() in server.requests[0].body
    assert server.requests[0].query == (("include", "x"), ("include", "y"))


async def test_an_error_in_reading_a_file_stays_what_it_is(api: Api, server: Server):
    async def broken():
        yield b"begin"
        raise FileNotFoundError("the file is gone")

    server.answer(json(1))
    with pytest.raises(FileNotFoundError):
        await api.upload("/upload", Form({}, {"file": FormFile("a", broken())}))


async def test_a_refused_upload(api: Api, server: Server):
    server.answer(json({"title": "personId is required"}, 400))
    with pytest.raises(Rejected) as caught:
        await api.upload("/upload", Form({}, {"file": FormFile("a", chunks(b"b"))}))
    assert caught.value.reason == "personId is required"


async def test_an_upload_that_stalls_ends(api: Api, server: Server, monkeypatch):
    monkeypatch.setattr(http_module, "_STALLED", 0.2)
    server.answer(silence())
    with pytest.raises(Unreachable):
        await api.upload("/upload", Form({}, {"file": FormFile("a", chunks(b"b"))}))


async def test_an_upload_that_goes_on_may_take_long(api: Api, server: Server, monkeypatch):
    async def slow():
        for _ in range(8):
            await asyncio.sleep(0.1)
            yield b"chunk"

    monkeypatch.setattr(http_module, "_STALLED", 0.4)
    server.answer(json(1))
    await api.upload("/upload", Form({}, {"file": FormFile("a", slow())}))
    assert parts(server.requests[0])["file"][2] == b"chunk" * 8


async def test_deleting(api: Api, server: Server):
    server.answer(body(status=200))
    assert await api.delete("/things/1") is None
    assert (server.requests[0].method, server.requests[0].path) == ("DELETE", "/api/things/1")
