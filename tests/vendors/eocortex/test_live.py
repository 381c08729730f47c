"""Live video and pictures."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from yarl import URL

from custom_components.video_analytics.vendors.eocortex.account import EocortexAccount
from custom_components.video_analytics.vendors.eocortex.client import EocortexClient
from custom_components.video_analytics.vendors.eocortex.credentials import Credentials
from custom_components.video_analytics.vendors.errors import BadAnswer, NotFound, NotPermitted, Unreachable
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.media import StreamKind, StreamProtocol
from custom_components.video_analytics.vendors.models.state import Feature, Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.server import Server, body

from .conftest import HASH, LOGIN
from .system import JPEG, System, camera_id, channel

ONE = camera_id(1)
RTSP, HLS, MJPEG = StreamProtocol.RTSP, StreamProtocol.HLS, StreamProtocol.MJPEG
USER = {"login": LOGIN, "password": HASH}


@pytest.fixture
async def known(account: EocortexAccount, system: System) -> EocortexAccount:
    """The system, whose first camera has sound and two streams."""
    streams = [{"StreamType": "Main"}, {"StreamType": "Alternative"}]
    system.channels = [channel(1, IsSoundOn=True, Streams=streams), channel(2, 2)]
    await account.fetch(None, Wanted())
    return account


async def changed(account: EocortexAccount, system: System, **configuration: object) -> EocortexAccount:
    """Return the system with another configuration."""
    system.configuration = configuration
    account._configuration_due = 0
    await account.fetch(None, Wanted())
    return account


def seen(addresses) -> list[tuple[StreamProtocol, URL]]:
    """Return what players are given."""
    return [(address.protocol, URL(address.url.reveal())) for address in addresses]


async def test_live_video(known: EocortexAccount, system: System):
    origin = system.servers[0].url
    rtsp = URL("rtsp://127.0.0.1:8554/rtsp") % {"channelid": ONE, **USER, "sound": "on"}
    mjpeg = origin / "mobile" % {"channelid": ONE, "withcontenttype": "true", **USER}
    hls = origin / "hls/s3ssion/live.m3u8"
    requests = len(system.servers[0].requests)
    assert seen(known.live.addresses(ONE, StreamKind.MAIN)) == [(RTSP, rtsp), (MJPEG, mjpeg)]
    assert len(system.servers[0].requests) == requests
    assert seen(await known.live.open(ONE, StreamKind.MAIN)) == [(RTSP, rtsp), (HLS, hls), (MJPEG, mjpeg)]
    sent = system.servers[0].requests[-1]
    assert (sent.path, dict(sent.query)) == ("/hls", {"channelid": ONE, **USER})
    (address, _) = known.live.addresses(ONE, StreamKind.MAIN)
    assert datetime.now(UTC) - address.fetched < timedelta(seconds=5)


async def test_the_sub_stream_is_there_over_rtsp(known: EocortexAccount):
    rtsp = URL("rtsp://127.0.0.1:8554/rtsp") % {
        "channelid": ONE,
        **USER,
        "sound": "on",
        "streamtype": "alternative",
    }
    assert seen(known.live.addresses(ONE, StreamKind.SUB)) == [(RTSP, rtsp)]
    assert seen(await known.live.open(ONE, StreamKind.SUB)) == [(RTSP, rtsp)]
    assert known.live.addresses(camera_id(2), StreamKind.SUB) == ()
    assert await known.live.open(camera_id(2), StreamKind.SUB) == ()


async def test_a_camera_without_sound_does_not_ask_for_it(known: EocortexAccount):
    (address, _) = known.live.addresses(camera_id(2), StreamKind.MAIN)
    assert "sound" not in URL(address.url.reveal()).query


async def test_without_rtsp_hls_has_to_be_asked_for(known: EocortexAccount, system: System):
    await changed(known, system, RtspServerInfo={"IsEnabled": False})
    assert known.live.addresses(ONE, StreamKind.MAIN) == ()
    assert [address.protocol for address in await known.live.open(ONE, StreamKind.MAIN)] == [HLS, MJPEG]
    assert await known.live.open(ONE, StreamKind.SUB) == ()


async def test_with_neither_there_is_mjpeg(known: EocortexAccount, system: System):
    await changed(known, system, RtspServerInfo=None, MobileDevicesCapabilities={"Hls": False})
    assert [address.protocol for address in known.live.addresses(ONE, StreamKind.MAIN)] == [MJPEG]
    assert [address.protocol for address in await known.live.open(ONE, StreamKind.MAIN)] == [MJPEG]
    assert system.asked("/hls") == 0
    supports = (await known.fetch(None, Wanted())).cameras[ONE].supports
    assert Feature.LIVE not in supports
    assert Feature.STILL in supports


async def test_hls_that_fails_leaves_the_others(known: EocortexAccount, system: System):
    system.answers["/hls"] = (403, None)
    assert [address.protocol for address in await known.live.open(ONE, StreamKind.MAIN)] == [RTSP, MJPEG]
    await changed(known, system, RtspServerInfo=None)
    with pytest.raises(NotPermitted):
        await known.live.open(ONE, StreamKind.MAIN)


@pytest.mark.parametrize("camera", ["unknown", camera_id(9)])
async def test_a_camera_that_is_not_there_has_no_video(known: EocortexAccount, camera):
    assert known.live.addresses(camera, StreamKind.MAIN) == ()
    assert await known.live.open(camera, StreamKind.MAIN) == ()
    with pytest.raises(NotFound):
        await known.stills.still(camera)


async def test_before_the_first_poll_there_is_no_video(account: EocortexAccount):
    assert account.live.addresses(ONE, StreamKind.MAIN) == ()


async def test_a_camera_that_may_not_be_watched(known: EocortexAccount, system: System):
    system.channels = [channel(1, AllowedRealtime=False)]
    await changed(known, system)
    assert known.live.addresses(ONE, StreamKind.MAIN) == ()


async def test_rtsp_has_its_usual_port(known: EocortexAccount, system: System):
    await changed(known, system, RtspServerInfo={"IsEnabled": True})
    assert seen(known.live.addresses(ONE, StreamKind.MAIN))[0][1].explicit_port == 554


def test_addresses_of_users_of_a_directory_and_without_a_password(http: Http):
    base = URL("http://[fd00::2]:8080")
    user = EocortexClient(http, base, Credentials("user", Secret("")))
    url = user.root.rtsp(ONE, port=None)
    assert (url.host, url.query) == ("fd00::2", {"channelid": ONE, "login": "user"})
    user = EocortexClient(http, base, Credentials("a@b", Secret("Пароль"), in_directory=True))
    query = {"login": "a@b", "password": "0J/QsNGA0L7Qu9GM", "usertype": "ActiveDirectory"}
    assert user.root.rtsp(ONE, port=8554).query == {"channelid": ONE, **query}
    assert user.root.mobile(ONE).query == {"channelid": ONE, "withcontenttype": "true", **query}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("abc/live.m3u8", "/hls/abc/live.m3u8"),
        ("\ufeffabc/live.m3u8?session=5\r\n", "/hls/abc/live.m3u8?session=5"),
        ("/abc", "/hls/abc"),
    ],
)
async def test_a_playlist(client: EocortexClient, server: Server, text, path):
    server.answer(body(text))
    assert await client.root.hls(ONE) == URL(f"{server.url}{path}", encoded=True)


async def test_a_playlist_of_a_server_behind_a_path(http: Http, server: Server, credentials: Credentials):
    server.answer(body("abc"))
    client = EocortexClient(http, server.url / "vms", credentials)
    assert await client.root.hls(ONE) == server.url / "vms/hls/abc"


@pytest.mark.parametrize(
    "text", ["", " ", "an error", "http://elsewhere.example.com/x", "a\\b", "{}<>", "x" * 3000, "\x00", "../../site"]
)
async def test_no_playlist(client: EocortexClient, server: Server, text):
    server.answer(body(text))
    with pytest.raises(BadAnswer):
        await client.root.hls(ONE)


async def test_a_still(known: EocortexAccount, system: System):
    picture = await known.stills.still(ONE, width=640)
    assert (picture.content, picture.content_type) == (JPEG, "image/jpeg")
    sent = system.servers[0].requests[-1]
    assert (sent.path, dict(sent.query)) == (
        "/site",
        {"channelid": ONE, "resolutionx": "640", "withcontenttype": "true"},
    )
    assert LOGIN not in sent.target


async def test_a_still_of_the_archive(known: EocortexAccount, system: System):
    at = datetime(2026, 4, 10, 13, 5, 1, tzinfo=timezone(timedelta(hours=5)))
    await known.stills.still(ONE, at=at)
    query = dict(system.servers[0].requests[-1].query)
    assert query == {
        "channelid": ONE,
        "withcontenttype": "true",
        "mode": "archive",
        "starttime": "10.04.2026 08:05:01",
    }


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("<html>offline</html>", "text/html"),
        ("no picture", "text/plain"),
        (b"", "image/jpeg"),
        ("<html>", "image/jpeg"),
        (b"\x89PNG", "image/png"),
    ],
)
async def test_what_is_no_picture_is_an_error(client: EocortexClient, server: Server, content, kind):
    server.answer(body(content, headers={"Content-Type": kind}))
    with pytest.raises(NotFound, match="gives none at present"):
        await client.root.site(ONE)


async def test_a_server_that_fails_to_send_a_picture(client: EocortexClient, server: Server):
    server.answer(body(status=503))
    with pytest.raises(Unreachable):
        await client.root.site(ONE)
