"""Faceter's cloud, as far as these tests need it: lists of cameras whose addresses rotate."""

from typing import Any

from aiohttp import web
import orjson
import pytest

from custom_components.video_analytics.vendors.faceter.account import FaceterAccount
from custom_components.video_analytics.vendors.faceter.client import FaceterClient
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.conftest import KEY
from tests.vendors.server import Server

from .examples import example


def camera_id(number: int) -> str:
    """Return the id of a camera."""
    return f"3fa85f64-5717-4562-b3fc-{number:012}"


def camera_row(number: int = 1, /, **changes: Any) -> dict[str, Any]:
    """Return the row of the vendor's example with an id of its own, and some changes."""
    return {**example("camera").response["body"], "id": camera_id(number), **changes}


class Cloud:
    """An account in the cloud."""

    def __init__(self, media: Server) -> None:
        """Start with two cameras."""
        self.media = media
        self.rows: list[dict[str, Any]] = [camera_row(1), camera_row(2)]
        self.key_answer: tuple[int, Any] = (200, {"isValid": True})
        self.list_answer: tuple[int, Any] | None = None
        self.answers = 0

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request, with addresses that are different every time."""
        self.answers += 1
        rows = {row["id"]: {**self._addresses(), **row} for row in self.rows}
        status, answer = 404, None
        match request.path.removeprefix("/integration-api/v1/").split("/"):
            case ["integration-key", "validate"]:
                status, answer = self.key_answer
            case ["cameras"]:
                status, answer = self.list_answer or (200, list(rows.values()))
            case ["cameras", camera] if camera in rows:
                status, answer = 200, rows[camera]
        content = answer if isinstance(answer, bytes) else orjson.dumps(answer)
        return web.Response(status=status, body=content, content_type="application/json")

    def _addresses(self) -> dict[str, Any]:
        token = f"t0ken-{self.answers}"
        return {
            "previewUrl": str(self.media.url / "preview.jpg" % {"token": token}),
            "archiveApiToken": {"signature": token, "exp": 1712745600 + self.answers},
            "archiveApiUrl": f"https://archive.example.com/{token}",
            "liveRtspUrl": f"rtsp://example.com/live?{token}",
            "liveHlsUrl": f"https://example.com/live.m3u8?{token}",
        }


@pytest.fixture
def client(http: Http, server: Server) -> FaceterClient:
    """A client of a server that answers as each test says."""
    return FaceterClient(http, server.url / "integration-api", Secret(KEY))


@pytest.fixture
def cloud(server: Server, elsewhere: Server) -> Cloud:
    """An account whose cameras' pictures are on a server elsewhere."""
    cloud = Cloud(elsewhere)
    for row in cloud.rows:
        for key in cloud._addresses():
            del row[key]
    server.answer(cloud)
    return cloud


@pytest.fixture
def account(http: Http, server: Server, cloud: Cloud) -> FaceterAccount:
    """The account, opened."""
    return FaceterAccount(http, server.url / "integration-api", Secret(KEY))
