"""Streams and pictures: what comes from the vendor's archive, and from signed addresses elsewhere."""

import asyncio

import aiohttp
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.video_analytics.vendors import http as http_module
from custom_components.video_analytics.vendors.budget import Budget
from custom_components.video_analytics.vendors.errors import (
    BadAnswer,
    NoSuchPart,
    NotFound,
    RateLimited,
    Rejected,
    Unreachable,
    VendorError,
)
from custom_components.video_analytics.vendors.http import Api, Http
from custom_components.video_analytics.vendors.models.media import Picture
from custom_components.video_analytics.vendors.secret import Secret

from .conftest import KEY
from .server import Server, body, bytes_of_another_protocol, consume, cut_off, redirect
from .test_http_connections import NoNames

JPEG = b"\xff\xd8\xff\xe0 a picture"
AS_JPEG = {"Content-Type": "image/jpeg"}


def signed(server: Server) -> Secret:
    """Return a signed address."""
    return Secret(str(server.url / "media" % {"token": "s1gned"}))


async def test_a_stream_announces_type_and_size(api: Api, server: Server):
    server.answer(body(b"v" * 200_000, headers={"Content-Type": "video/mp4; codecs=avc1"}))
    async with api.stream("/clip", {"duration": 60}) as download:
        assert (download.content_type, download.size) == ("video/mp4", 200_000)
        chunks = [chunk async for chunk in download.chunks]
    assert len(chunks) > 1
    assert b"".join(chunks) == b"v" * 200_000
    assert server.requests[0].query == (("duration", "60"),)
    assert server.requests[0].headers["X-Key"] == KEY


async def test_the_size_of_a_compressed_body_is_not_known(api: Api, server: Server):
    server.answer(body(b"x\x9c\x03\x00\x00\x00\x00\x01", headers={"Content-Encoding": "deflate"}))
    async with api.stream("/clip") as download:
        assert download.size is None


@pytest.mark.parametrize("promised", [100, None])
async def test_a_stream_that_breaks_off_is_unreachable(api: Api, http: Http, server: Server, promised):
    server.answer(cut_off(b"half", promised))
    for opening in (api.stream("/clip"), http.download(signed(server), "clip")):
        with pytest.raises(Unreachable, match=r"clip: the answer broke off$"):
            await consume(opening)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        ConnectionResetError("the browser hung up"),
        TimeoutError("the disk is slow"),
        aiohttp.ClientConnectionResetError("the browser hung up"),
        aiohttp.ClientPayloadError("of another request"),
        aiohttp.InvalidURL("of another request"),
        ValueError("a bug"),
        RateLimited("of another account", 60),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("whose", ["api", "media"])
async def test_the_consumers_own_errors_are_not_disguised(api: Api, http: Http, server: Server, error, whose):
    server.answer(body(b"v" * 1000))
    opening = api.stream("/clip") if whose == "api" else http.download(signed(server), "clip")

    async def use() -> None:
        async with opening as download:
            async for _ in download.chunks:
                raise error

    with pytest.raises(type(error)) as caught:
        await use()
    assert caught.value is error
    assert http.budget.pause == 0


async def test_a_consumers_time_limit_is_its_own(api: Api, server: Server):
    server.answer(body(b"v" * 1000))
    with pytest.raises(TimeoutError):
        async with api.stream("/clip"), asyncio.timeout(0.01):
            await asyncio.Event().wait()


async def test_a_stream_may_be_left_half_read(api: Api, server: Server):
    server.answer(body(b"v" * 1_000_000))
    async with api.stream("/clip") as download:
        async for _ in download.chunks:
            break
    assert await consume(api.stream("/clip")) == b"v" * 1_000_000


async def test_a_429_slows_streams_down_too(api: Api, http: Http, server: Server):
    server.answer(body(status=429, headers={"Retry-After": "7"}))
    with pytest.raises(RateLimited):
        await consume(api.stream("/clip"))
    assert http.budget.pause == pytest.approx(7, abs=1)


async def test_media_are_fetched_without_credentials_and_budget(http: Http, api: Api, server: Server):
    server.answer(body(JPEG, headers=AS_JPEG))
    assert await http.picture(signed(server), "preview") == Picture(JPEG, "image/jpeg")
    assert await consume(http.download(signed(server), "export")) == JPEG
    for request in server.requests:
        assert "X-Key" not in request.headers
        assert request.query == (("token", "s1gned"),)
    assert http.budget.used == 0


async def test_a_part_of_a_file(http: Http, server: Server):
    headers = {"Content-Range": "bytes 2-4/10", "Content-Type": "video/mp4"}
    server.answer(body(b"234", 206, headers=headers), body(b"0123456789", headers=headers), body(status=416))
    for content, content_range in ((b"234", "bytes 2-4/10"), (b"0123456789", None)):
        async with http.download(signed(server), "video", byte_range="bytes=2-4") as download:
            assert (download.size, download.content_range) == (len(content), content_range)
            assert b"".join([chunk async for chunk in download.chunks]) == content
    with pytest.raises(NoSuchPart):
        await consume(http.download(signed(server), "video", byte_range="bytes=20-"))
    for request in server.requests:
        assert request.headers["Range"].startswith("bytes=2")
        assert request.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/a%2Fb/c%20d.jpg?sig=x%2Fy%2Bz%3D%3D&t=1%3A2~3", "/a%2Fb/c%20d.jpg?sig=x%2Fy%2Bz%3D%3D&t=1%3A2~3"),
        ("/%d0%92.jpg?acl=%2f*", "/%d0%92.jpg?acl=%2f*"),
        ("/Вход 1.jpg?q=a b#part", "/%D0%92%D1%85%D0%BE%D0%B4%201.jpg?q=a+b"),
    ],
)
async def test_a_signed_address_is_asked_for_as_it_is_written(http: Http, server: Server, written, sent):
    server.answer(body(JPEG, headers=AS_JPEG))
    await http.picture(Secret(f"{server.url.origin()}{written}"), "preview")
    assert server.requests[0].target == sent


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_stream_may_move_but_the_key_stays(api: Api, server: Server, elsewhere: Server, status):
    server.answer(redirect(elsewhere.url / "media" % {"token": "s1gned"}, status))
    elsewhere.answer(redirect("/final"), body(b"video", headers={"Content-Type": "video/mp4"}))
    async with api.stream("/clip") as download:
        assert download.content_type == "video/mp4"
        assert b"".join([chunk async for chunk in download.chunks]) == b"video"
    assert server.requests[0].headers["X-Key"] == KEY
    assert [request.path for request in elsewhere.requests] == ["/media", "/final"]
    for request in elsewhere.requests:
        assert KEY not in str(request)


async def test_a_stream_may_move_on_the_same_server(api: Api, server: Server):
    server.answer(redirect("../files/1.mp4"), body(b"video"))
    assert await consume(api.stream("/clip")) == b"video"
    assert server.paths == ["/api/clip", "/files/1.mp4"]


@pytest.mark.parametrize("location", [None, "", "rtsp://example.com/", "http://[", "//", "mailto:a@example.com"])
async def test_a_stream_that_moves_nowhere_is_a_bad_answer(api: Api, server: Server, location):
    server.answer(body(status=302, headers={} if location is None else {"Location": location}), body(status=404))
    with pytest.raises((BadAnswer, NotFound)):
        await consume(api.stream("/clip"))


async def test_media_may_not_move_forever(http: Http, server: Server):
    server.answer(redirect("/again"))
    with pytest.raises(BadAnswer):
        await http.picture(signed(server), "preview")
    assert len(server.requests) < 20


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_an_expired_address_is_not_found(http: Http, api: Api, server: Server, elsewhere: Server, status):
    elsewhere.answer(body("<Error>AccessDenied</Error>", status))
    with pytest.raises(NotFound):
        await http.picture(signed(elsewhere), "preview")
    with pytest.raises(NotFound):
        await consume(http.download(signed(elsewhere), "export"))
    server.answer(redirect(elsewhere.url))
    with pytest.raises(NotFound):
        await consume(api.stream("/clip"))


@pytest.mark.parametrize(
    "answer",
    [
        body("<html>", headers={"Content-Type": "text/html"}),
        body('{"error": 1}', headers={"Content-Type": "application/json"}),
        body(JPEG, headers={"Content-Type": "application/octet-stream"}),
        body(JPEG, headers={"Content-Type": "rubbish"}),
        body(b"", headers=AS_JPEG),
        body(status=204),
        bytes_of_another_protocol(b"rubbish\r\n"),
    ],
)
async def test_what_is_no_picture_is_a_bad_answer(http: Http, server: Server, answer):
    server.answer(answer)
    with pytest.raises(BadAnswer, match=r"^preview: "):
        await http.picture(signed(server), "preview")


@pytest.mark.parametrize(
    "answer",
    [cut_off(JPEG, 100, AS_JPEG), cut_off(JPEG, None, AS_JPEG), cut_off(b"", 100, AS_JPEG), body(status=500)],
)
async def test_half_a_picture_is_none(http: Http, server: Server, answer):
    server.answer(answer)
    with pytest.raises(Unreachable, match=r"^preview: "):
        await http.picture(signed(server), "preview")


async def test_an_oversized_picture_is_refused(http: Http, server: Server, monkeypatch):
    monkeypatch.setattr(http_module, "_MAX_PICTURE", len(JPEG))
    server.answer(body(JPEG, headers=AS_JPEG), body(JPEG + b"!", headers=AS_JPEG))
    assert (await http.picture(signed(server), "preview")).content == JPEG
    with pytest.raises(BadAnswer, match=r"^preview: more than"):
        await http.picture(signed(server), "preview")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "preview.jpg",
        "/preview.jpg",
        "//example.com/preview.jpg",
        "rtsp://example.com/live",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "http://",
        "http:///preview.jpg",
        "http://[::1/preview.jpg",
        "http://example.com:99999/",
        "http://exa mple.com/",
        "https://xn--/",
        "http://\x00/",
        "ws://example.com/",
    ],
)
async def test_an_address_that_is_none_is_our_error(http: Http, url):
    with pytest.raises((BadAnswer, Unreachable), match=r"^preview: ") as caught:
        await http.picture(Secret(url), "preview")
    assert not url or url not in str(caught.value).removeprefix("preview")


@settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(st.text(), st.text().map("http://{}".format), st.text().map("https://a.example/{}".format)))
async def test_any_address_is_fetched_or_our_error(url):
    connector = aiohttp.TCPConnector(resolver=NoNames())
    async with aiohttp.ClientSession(connector=connector, trust_env=False) as session:
        with pytest.raises(VendorError):
            await Http(session, Budget()).picture(Secret(url), "preview")


async def test_a_refusal_of_a_media_server_tells_no_address(http: Http, server: Server):
    server.answer(body('{"message": "expired: http://example.com/a?token=s1gned"}', 400))
    with pytest.raises(Rejected) as caught:
        await http.picture(signed(server), "preview")
    assert "s1gned" not in str(caught.value)
    assert "s1gned" not in repr(caught.value.reason)
