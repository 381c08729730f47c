"""What becomes of statuses and bodies."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import zlib

import pytest

from custom_components.video_analytics.vendors import http as http_module
from custom_components.video_analytics.vendors.errors import (
    BadAnswer,
    Conflict,
    NotFound,
    NotPermitted,
    RateLimited,
    Rejected,
    SignInFailed,
    StorageFull,
    Unreachable,
)
from custom_components.video_analytics.vendors.http import Api, Http
from custom_components.video_analytics.vendors.secret import Secret

from .conftest import KEY
from .server import Server, body, consume, json, redirect


async def test_a_get_sends_query_and_credentials(api: Api, server: Server):
    server.answer(json({"ok": True}))
    query = {"text": "a b&c", "number": 5, "several": ("x", "y"), "none_of": (), "nothing": None}

    assert await api.get("/things/7", query) == {"ok": True}

    (request,) = server.requests
    assert (request.method, request.path, request.body) == ("GET", "/api/things/7", b"")
    assert request.query == (("text", "a b&c"), ("number", "5"), ("several", "x"), ("several", "y"))
    assert request.headers["X-Key"] == KEY
    assert "Content-Type" not in request.headers


async def test_a_post_sends_json_as_utf8(api: Api, server: Server):
    server.answer(body(status=204))

    assert await api.post("/things", {"name": "Вход", "cells": (1, 0), "none": None}) is None

    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/api/things")
    assert request.json == {"name": "Вход", "cells": [1, 0], "none": None}
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["X-Key"] == KEY


async def test_a_post_without_a_body_sends_none(api: Api, server: Server):
    server.answer(json(1))
    await api.post("/validate")
    (request,) = server.requests
    assert (request.body, request.headers.get("Content-Length")) == (b"", "0")


async def test_a_patch_sends_json_once(api: Api, server: Server):
    server.answer(json({"ok": True}), body(status=500))

    assert await api.patch("/things/7", {"name": None}, {"of": "house"}) == {"ok": True}

    (request,) = server.requests
    assert (request.method, request.path, request.json) == ("PATCH", "/api/things/7", {"name": None})
    assert request.query == (("of", "house"),)


async def test_a_delete_may_have_a_query(api: Api, server: Server):
    server.answer(body(status=204))
    assert await api.delete("/things/7", {"of": "house"}) is None
    (request,) = server.requests
    assert (request.method, request.path, request.query) == ("DELETE", "/api/things/7", (("of", "house"),))


async def test_a_slash_at_the_end_of_a_path_stays(api: Api, server: Server):
    server.answer(json([]))
    await api.get("/things/")
    assert server.paths == ["/api/things/"]


async def test_a_put_sends_json_once(api: Api, server: Server):
    server.answer(json({"ok": True}), body(status=500))

    assert await api.put("/things/7", {"name": "Вход"}) == {"ok": True}

    (request,) = server.requests
    assert (request.method, request.path, request.json) == ("PUT", "/api/things/7", {"name": "Вход"})
    assert request.headers["Content-Type"] == "application/json"
    with pytest.raises(Unreachable):
        await api.put("/things/7", {})
    assert len(server.requests) == 2


async def test_what_a_vendor_writes_in_its_own_way_is_read_in_its_own_way(api: Api, server: Server):
    server.answer(body("a path"))
    assert await api.get("/things", decode=lambda content, what: f"{what}: {content.decode()}") == "GET /things: a path"
    server.answer(body("done"))
    assert await api.put("/things", {}, decode=lambda content, what: None) is None


@pytest.mark.parametrize("kind", ["image/jpeg", "application/octet-stream", "text/html"])
async def test_a_jpeg_is_one_whatever_it_is_called(api: Api, server: Server, kind):
    server.answer(body(b"\xff\xd8\xff a picture", headers={"Content-Type": kind}))
    picture = await api.jpeg("/still", {"width": 640})
    assert (picture.content, picture.content_type) == (b"\xff\xd8\xff a picture", "image/jpeg")
    assert server.requests[0].query == (("width", "640"),)
    assert server.requests[0].headers["X-Key"] == KEY
    server.answer(body("<html>offline</html>", headers={"Content-Type": kind}))
    with pytest.raises(BadAnswer):
        await api.jpeg("/still")


async def test_what_the_headers_are_made_of_is_not_repeated(http: Http, server: Server):
    server.answer(json({"message": "the hash abc123 is wrong"}, 400))
    api = http.at(server.url, {"X-Key": Secret("Basic 123")}, [Secret("abc123")])
    with pytest.raises(Rejected) as caught:
        await api.get("/things")
    assert caught.value.reason == "the hash … is wrong"


async def test_ids_with_strange_characters_stay_in_the_path(api: Api, server: Server):
    server.answer(json(1))
    await api.get("/things/a b?c#d%2Fё")
    assert server.requests[0].path == "/api/things/a b?c#d%2Fё"
    assert server.requests[0].query == ()


@pytest.mark.parametrize("path", ["/things/..", "/things/../../admin", "/things/./1", ".."])
async def test_no_id_leads_out_of_the_api(api: Api, server: Server, path):
    for call in (api.get, api.post, lambda path: consume(api.stream(path))):
        with pytest.raises(NotFound):
            await call(path)
    assert server.requests == []


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, SignInFailed),
        (403, NotPermitted),
        (404, NotFound),
        (410, NotFound),
        (400, Rejected),
        (405, Rejected),
        (409, Conflict),
        (422, Rejected),
        (429, RateLimited),
        (500, Unreachable),
        (502, Unreachable),
        (503, Unreachable),
        (599, Unreachable),
    ],
)
@pytest.mark.parametrize("method", ["get", "post", "stream", "picture"])
async def test_a_status_becomes_its_error(api: Api, http: Http, server: Server, method, status, error):
    server.answer(body("<html>an error page</html>", status))
    if method == "picture" and status in {401, 403}:
        error = NotFound  # the address has expired; our credentials were not even sent
    calls = {
        "get": lambda: api.get("/things"),
        "post": lambda: api.post("/things"),
        "stream": lambda: consume(api.stream("/things")),
        "picture": lambda: http.picture(Secret(str(server.url / "a.jpg")), "picture"),
    }
    with pytest.raises(error) as caught:
        await calls[method]()
    assert type(caught.value) is error
    assert str(status) in str(caught.value)
    assert "html" not in str(caught.value)


async def test_a_full_store_is_a_refusal_and_not_an_outage(api: Api, server: Server):
    server.answer(json({"detail": "The storage is full"}, 507))
    with pytest.raises(Rejected) as caught:
        await api.post("/things", {})
    assert isinstance(caught.value, StorageFull)
    assert caught.value.reason == "The storage is full"


async def test_why_something_is_not_permitted_is_kept_and_not_in_the_text(api: Api, server: Server):
    server.answer(json({"detail": "Anna may only read"}, 403))
    with pytest.raises(NotPermitted) as caught:
        await api.post("/things", {})
    assert caught.value.reason == "Anna may only read"
    assert caught.value.permission is None
    assert "Anna" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            '{"type": "https://tools.ietf.org/html/rfc9110#section-15.5.1", "title": "Bad Request", "detail": "too old"}',
            "too old",
        ),
        (
            '{"title": "One or more validation errors occurred.", "status": 400, "errors": {"limit": ["too big"]}}',
            "One or more validation errors occurred.",
        ),
        ('{"detail": "No such camera"}', "No such camera"),
        ('{"detail": [{"loc": ["query", "limit"], "msg": "too big", "type": "value_error"}]}', "limit: too big"),
        (
            '{"detail": [{"loc": ["body", "box", 0], "msg": "too small", "input": "Anna"}, {"msg": "and wrong"}]}',
            "box.0: too small; and wrong",
        ),
        ('{"detail": [{"loc": "body"}, 7, {"loc": {}, "msg": ["x"]}]}', None),
        ('{"error": "unauthorized", "message": "The key has expired"}', "The key has expired"),
        ('{"error": {"message": "Library is full", "code": 7}}', "Library is full"),
        ('{"error": "Library is full"}', "Library is full"),
        ('{"message": "Library is full"}', "Library is full"),
        ('{"ErrorMessage": "Неверный канал"}', "Неверный канал"),
        ('{"detail": null, "title": "", "message": "the third one"}', "the third one"),
        ('{"detail": "' + "x" * 5000 + '"}', "x" * 200),
        ("{}", None),
        ('"text"', None),
        ("[1]", None),
        ("null", None),
        ("plain text", None),
        ("<html>", None),
        ("", None),
        (b"\xff\xfe\x00", None),
        ('{"detail": "cut', None),
        ("[" * 10_000, None),
    ],
)
async def test_a_refusal_carries_the_reason_if_the_answer_has_one(api: Api, server: Server, content, reason):
    server.answer(body(content, 400))
    with pytest.raises(Rejected) as caught:
        await api.post("/things", {})
    assert caught.value.reason == reason
    assert str(caught.value) == "POST /things: HTTP 400"  # the reason may name people, and texts are logged


async def test_a_refusal_does_not_wait_for_an_endless_body(api: Api, server: Server):
    server.answer(body(b'{"detail": "' + b"x" * 1_000_000 + b'"}', 400))
    with pytest.raises(Rejected) as caught:
        await api.get("/things")
    assert caught.value.reason is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("17", 17),
        (" 17 ", 17),
        ("0", 0),
        ("9" * 400, 24 * 3600),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("²", None),
        ("", None),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0),
        ("Mon, 01 Jan 2001 00:00:00 -0000", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 24 * 3600),
        ("Mon, 01 Jan 99999 00:00:00 GMT", None),
        ("Mon, 01 Jan 2001 00:00:00 +9999", None),
    ],
)
async def test_retry_after(api: Api, http: Http, server: Server, header, seconds):
    server.answer(body(status=429, headers={} if header is None else {"Retry-After": header}))
    with pytest.raises(RateLimited) as caught:
        await api.get("/things")
    assert caught.value.retry_after == seconds
    assert http.budget.rate < 10_000
    assert http.budget.pause == pytest.approx(min(30 if seconds is None else seconds, 3600), abs=1)


async def test_retry_after_a_date(api: Api, server: Server):
    moment = datetime.now(UTC) + timedelta(seconds=90)
    server.answer(body(status=429, headers={"Retry-After": format_datetime(moment, usegmt=True)}))
    with pytest.raises(RateLimited) as caught:
        await api.get("/things")
    assert caught.value.retry_after == pytest.approx(90, abs=3)


async def test_a_429_of_a_media_server_does_not_slow_the_api_down(http: Http, elsewhere: Server):
    elsewhere.answer(body(status=429))
    with pytest.raises(RateLimited):
        await http.picture(Secret(str(elsewhere.url)), "picture")
    assert http.budget.rate == 10_000
    assert http.budget.pause == 0


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b' \r\n {"a": 1} \r\n', {"a": 1}),
        (b'\xef\xbb\xbf \n["a"]', ["a"]),
        (b"null", None),
        (b"true", True),
        ('"ё"'.encode(), "ё"),
        (b"", None),
    ],
)
async def test_whole_bodies_are_understood(api: Api, server: Server, content, value):
    server.answer(body(content))
    assert await api.get("/things") == value


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b'{"a": 1', "broken JSON of 7 bytes"),
        (b'[{"a": 1}, {"a"', "broken JSON"),
        (b'{"a": 1} {"b": 2}', "broken JSON"),
        (b'{"a": 1,}', "broken JSON"),
        (b'{"a": NaN}', "broken JSON"),
        (b'{"a": "\xff"}', "broken JSON"),
        (b"[" * 100_000, "broken JSON"),
        (b"<!DOCTYPE html><html></html>", "a page of HTML"),
        (b"\xef\xbb\xbf<html></html>", "a page of HTML"),
        (b"welcome", "7 bytes of another kind"),
        (b"\x00\x01\x02", "3 bytes of another kind"),
        (b" \n", "an empty body"),
        (b"\xef\xbb\xbf", "an empty body"),
    ],
)
async def test_anything_else_is_a_bad_answer(api: Api, server: Server, content, got):
    server.answer(body(content))
    with pytest.raises(BadAnswer, match=f"^GET /things: expected JSON, got {got}"):
        await api.get("/things")
    assert len(server.requests) == 1  # asking again would not help


@pytest.mark.parametrize("encoding", ["identity", "deflate"])
async def test_an_oversized_body_is_refused(api: Api, server: Server, monkeypatch, encoding):
    monkeypatch.setattr(http_module, "_MAX_BODY", 1000)
    encode = {"identity": bytes, "deflate": zlib.compress}[encoding]
    for size, too_large in ((998, False), (999, True), (500_000, True)):
        server.answer(body(encode(b'"' + b"x" * size + b'"'), headers={"Content-Encoding": encoding}))
        if too_large:
            with pytest.raises(BadAnswer, match="more than 1000 bytes"):
                await api.get("/things")
        else:
            assert await api.get("/things") == "x" * size


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["get", "post"])
async def test_an_api_call_that_is_sent_elsewhere_is_not_answered(
    api: Api, server: Server, elsewhere: Server, method, status
):
    server.answer(redirect(elsewhere.url / "login", status))
    elsewhere.answer(json({"isValid": True}))
    with pytest.raises(BadAnswer, match=f"/things: HTTP {status}"):
        await getattr(api, method)("/things")
    assert elsewhere.requests == []
