"""Live video and previews, whose addresses rotate."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.video_analytics.vendors.errors import BadAnswer, NotFound, RateLimited, Unreachable
from custom_components.video_analytics.vendors.faceter import account as account_module
from custom_components.video_analytics.vendors.faceter.account import FaceterAccount
from custom_components.video_analytics.vendors.models.media import Picture, StreamKind, StreamProtocol
from custom_components.video_analytics.vendors.models.state import Wanted
from tests.vendors.conftest import KEY
from tests.vendors.server import Server, body

from .conftest import Cloud, camera_id, camera_row

CAMERA = camera_id(1)
ONE = f"/integration-api/v1/cameras/{CAMERA}"
PREVIEW = Picture(b"\xff\xd8\xff a preview", "image/jpeg")
NO_ADDRESSES = {"previewUrl": None, "liveRtspUrl": None, "liveHlsUrl": None}


@pytest.fixture(autouse=True)
async def _polled(account: FaceterAccount, cloud: Cloud, server: Server, elsewhere: Server) -> None:
    """The account was polled a moment ago."""
    elsewhere.answer(body(PREVIEW.content, headers={"Content-Type": PREVIEW.content_type}))
    await account.fetch(None, Wanted())
    server.requests.clear()


@pytest.fixture
def old(monkeypatch) -> None:
    """Let addresses be old as soon as they are there."""
    monkeypatch.setattr(account_module, "_ADDRESS_AGE", timedelta(seconds=-1))


def addresses(account: FaceterAccount, camera: str = CAMERA) -> list[tuple[StreamProtocol, str]]:
    """Return what is known without asking."""
    return [(address.protocol, address.url.reveal()) for address in account.live.addresses(camera, StreamKind.MAIN)]


def expected(token: str) -> list[tuple[StreamProtocol, str]]:
    """Return what the cloud gave with an answer."""
    return [
        (StreamProtocol.RTSP, f"rtsp://example.com/live?{token}"),
        (StreamProtocol.HLS, f"https://example.com/live.m3u8?{token}"),
    ]


async def test_addresses_are_known_from_the_last_poll(account: FaceterAccount, server: Server):
    assert addresses(account) == expected("t0ken-1")
    await account.fetch(None, Wanted())
    assert addresses(account) == expected("t0ken-2")
    assert server.paths == ["/integration-api/v1/cameras"]


async def test_addresses_know_their_age(account: FaceterAccount):
    for address in account.live.addresses(CAMERA, StreamKind.MAIN):
        assert timedelta(0) <= datetime.now(UTC) - address.fetched < timedelta(seconds=30)
        assert address.expires is None


async def test_opening_asks_anew(account: FaceterAccount, server: Server):
    opened = await account.live.open(CAMERA, StreamKind.MAIN)
    assert [(address.protocol, address.url.reveal()) for address in opened] == expected("t0ken-2")
    assert server.paths == [ONE]
    assert addresses(account) == expected("t0ken-2")  # and is remembered
    assert addresses(account, camera_id(2)) == expected("t0ken-1")


async def test_there_is_no_second_stream(account: FaceterAccount, server: Server):
    assert account.live.addresses(CAMERA, StreamKind.SUB) == ()
    assert await account.live.open(CAMERA, StreamKind.SUB) == ()
    assert server.requests == []


async def test_a_camera_that_nobody_knows(account: FaceterAccount):
    assert account.live.addresses("nobody", StreamKind.MAIN) == ()
    with pytest.raises(NotFound):
        await account.live.open("nobody", StreamKind.MAIN)
    with pytest.raises(NotFound):
        await account.stills.still("nobody")


async def test_an_offline_camera_has_no_addresses(account: FaceterAccount, cloud: Cloud, elsewhere: Server):
    cloud.rows[0] = camera_row(1, isOnline=False, **NO_ADDRESSES)
    await account.fetch(None, Wanted())
    assert addresses(account) == []
    assert await account.live.open(CAMERA, StreamKind.MAIN) == ()
    with pytest.raises(NotFound, match=r"^preview: the camera has none at present$"):
        await account.stills.still(CAMERA)
    assert elsewhere.requests == []


@pytest.mark.parametrize("nothing", [None, "", 0, False, [], {"url": "rtsp://example.com"}])
async def test_what_is_no_address_is_none(account: FaceterAccount, cloud: Cloud, nothing):
    cloud.rows[0] |= {"liveRtspUrl": nothing, "previewUrl": nothing}
    (address,) = await account.live.open(CAMERA, StreamKind.MAIN)
    assert address.protocol is StreamProtocol.HLS
    with pytest.raises(NotFound):
        await account.stills.still(CAMERA)


async def test_a_preview_right_after_a_poll_asks_the_media_server_only(account, server: Server, elsewhere: Server):
    assert await account.stills.still(CAMERA, width=320) == PREVIEW
    assert server.requests == []
    (request,) = elsewhere.requests
    assert request.query == (("token", "t0ken-1"),)
    assert KEY not in str(request)


@pytest.mark.usefixtures("old")
async def test_a_preview_long_after_a_poll_asks_for_its_address_first(account, server: Server, elsewhere: Server):
    assert await account.stills.still(CAMERA) == PREVIEW
    assert server.paths == [ONE]
    assert [request.query for request in elsewhere.requests] == [(("token", "t0ken-2"),)]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_preview_whose_address_expired_is_asked_for_once_more(account, server, elsewhere: Server, status):
    elsewhere.answer(body(status=status), body(PREVIEW.content, headers={"Content-Type": PREVIEW.content_type}))
    assert await account.stills.still(CAMERA) == PREVIEW
    assert server.paths == [ONE]
    assert [request.query for request in elsewhere.requests] == [(("token", "t0ken-1"),), (("token", "t0ken-2"),)]
    assert all(KEY not in str(request) for request in elsewhere.requests)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_preview_that_stays_refused_is_not_found(account: FaceterAccount, server, elsewhere: Server, status):
    elsewhere.answer(body(status=status))
    with pytest.raises(NotFound, match=r"^preview: HTTP"):
        await account.stills.still(CAMERA)
    assert len(elsewhere.requests) == 2
    assert server.paths == [ONE]


async def test_a_camera_that_lost_its_preview_meanwhile(account: FaceterAccount, cloud: Cloud, elsewhere: Server):
    elsewhere.answer(body(status=404))
    cloud.rows[0] |= NO_ADDRESSES
    with pytest.raises(NotFound, match=r"none at present$"):
        await account.stills.still(CAMERA)
    assert len(elsewhere.requests) == 1


async def test_a_camera_that_went_meanwhile(account: FaceterAccount, cloud: Cloud, elsewhere: Server):
    elsewhere.answer(body(status=404))
    del cloud.rows[0]
    with pytest.raises(NotFound):
        await account.stills.still(CAMERA)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (body(status=500), Unreachable),
        (body(status=429), RateLimited),
        (body("<html>", headers={"Content-Type": "text/html"}), BadAnswer),
    ],
)
async def test_another_failure_of_the_media_server_is_not_the_addresss(account, server, elsewhere, answer, error):
    elsewhere.answer(answer)
    with pytest.raises(error):
        await account.stills.still(CAMERA)
    assert server.requests == []
    assert len(elsewhere.requests) == 1
