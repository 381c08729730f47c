"""Answers to HTTP requests: read as a whole, or chunk by chunk."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import override
from urllib.parse import urljoin

import aiohttp

from .errors import BadAnswer
from .failures import translated
from .models.media import Download
from .secret import Secret

_CHUNK = 1 << 16


class Chunks(AsyncIterator[bytes]):
    """Reads a body; what goes wrong in reading it becomes our error, and nothing else does."""

    def __init__(self, response: aiohttp.ClientResponse, what: str) -> None:
        """Read an answer to what was asked, which errors name."""
        self._chunks = response.content.iter_chunked(_CHUNK)
        self._what = what

    @override
    async def __anext__(self) -> bytes:
        with translated(self._what):
            return await anext(self._chunks)


def is_redirect(response: aiohttp.ClientResponse) -> bool:
    """Tell whether the server sends elsewhere."""
    return HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST


def location_of(response: aiohttp.ClientResponse, what: str) -> Secret:
    """Return where a redirect leads; it is probably a signed address."""
    try:
        return Secret(urljoin(str(response.url), response.headers["Location"]))
    except KeyError, ValueError:
        raise BadAnswer(f"{what}: HTTP {response.status}, but not to where") from None


def download_of(response: aiohttp.ClientResponse, what: str) -> Download:
    """Return a file that comes, whose size is known unless it is compressed on the way."""
    encoded = "Content-Encoding" in response.headers
    return Download(
        chunks=Chunks(response, what),
        content_type=response.content_type,
        size=None if encoded else response.content_length,
        content_range=response.headers.get("Content-Range") if response.status == HTTPStatus.PARTIAL_CONTENT else None,
    )


async def read_whole(chunks: AsyncIterator[bytes], limit: int, what: str) -> bytes:
    """Read to the end. Raises `BadAnswer` for more than `limit` bytes."""
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise BadAnswer(f"{what}: more than {limit} bytes")
        parts.append(chunk)
    return b"".join(parts)
