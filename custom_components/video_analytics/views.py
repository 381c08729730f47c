"""What Home Assistant's own web server answers for us."""

from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
import logging
from math import ceil
import re
from urllib.parse import quote

from aiohttp import web

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import HomeAssistantView

from .const import DOMAIN
from .gallery import Gallery, Subject
from .media_ids import ORIGINAL, is_id
from .runtime import AccountConfigEntry, AccountRuntime
from .vendors.errors import NoSuchPart, NotFound, RateLimited, VendorError
from .vendors.models.media import Download
from .vendors.models.photos import Asset

_LOGGER = logging.getLogger(__name__)
_NAME = re.compile(r"([0-9a-f]{32})\.jpg")
_CACHE_SECONDS = 24 * 3600
_PART = re.compile(r"bytes=(?:\d+-\d*|-\d+)")
_HARMLESS = frozenset(
    [
        *(f"image/{kind}" for kind in ("jpeg", "png", "gif", "webp", "avif", "heic", "heif", "bmp", "tiff")),
        *(f"video/{kind}" for kind in ("mp4", "x-m4v", "quicktime", "webm", "ogg", "x-matroska", "mpeg", "mp2t")),
        *(f"video/{kind}" for kind in ("3gpp", "3gpp2", "x-msvideo")),
    ]
)
"""What may be shown under Home Assistant's own address: nothing that a browser would run."""


class PictureView(HomeAssistantView):
    """The pictures of accounts that are set up; their names end in .jpg whatever they are."""

    url = f"/api/{DOMAIN}/{{entry_id}}/picture/{{name}}"
    name = f"api:{DOMAIN}:picture"

    def __init__(self, hass: HomeAssistant) -> None:
        """Answer for whatever accounts are set up."""
        self._hass = hass

    async def get(self, request: web.Request, entry_id: str, name: str) -> web.Response:
        """Return a picture; all that cannot be had is the same 404."""
        found, runtime = _NAME.fullmatch(name), _runtime(self._hass, entry_id)
        if not found or not runtime or (picture := found[1]) not in runtime.pictures:
            raise web.HTTPNotFound
        headers = {"Cache-Control": f"private, max-age={_CACHE_SECONDS}", "ETag": f'"{picture}"'}
        if _has(request, picture):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        if (content := await runtime.pictures.async_get(picture)) is None:
            raise web.HTTPNotFound
        return web.Response(body=content.content, content_type=content.content_type, headers=headers)

    head = get


class PhotoView(HomeAssistantView):
    """The pictures and originals of photo libraries that are set up."""

    url = f"/api/{DOMAIN}/{{entry_id}}/photo/{{kind}}/{{key}}"
    name = f"api:{DOMAIN}:photo"

    def __init__(self, hass: HomeAssistant) -> None:
        """Answer for whatever accounts are set up."""
        self._hass = hass

    async def get(self, request: web.Request, entry_id: str, kind: str, key: str) -> web.StreamResponse:
        """Return a picture, or stream an original."""
        runtime = _runtime(self._hass, entry_id)
        if not runtime or not runtime.gallery or kind not in (ORIGINAL, *Subject) or not is_id(key):
            raise web.HTTPNotFound
        try:
            if kind == ORIGINAL:
                return await _original(request, runtime.gallery, key)
            return await _picture(request, runtime.gallery, Subject(kind), key)
        except VendorError as error:
            _LOGGER.debug("A photo could not be had: %s", error)
            status, headers = _failure(error)
            return web.Response(status=status, headers={"Cache-Control": "no-store", **headers})

    head = get


async def _picture(request: web.Request, gallery: Gallery, subject: Subject, key: str) -> web.Response:
    picture = await gallery.picture(subject, key)
    tag = sha256(picture.content).hexdigest()[:32]
    headers = {"Cache-Control": f"private, max-age={_CACHE_SECONDS}", "ETag": f'"{tag}"'}
    if _has(request, tag):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.Response(body=picture.content, content_type=picture.content_type, headers=headers)


async def _original(request: web.Request, gallery: Gallery, key: str) -> web.StreamResponse:
    """Pass a file through, chunk by chunk, or the part that is asked for, by which videos are wound."""
    asset = await gallery.asset(key)
    part = request.headers.get("Range", "")
    byte_range = part if _PART.fullmatch(part) else None
    try:
        async with gallery.original(key, byte_range) as download:
            response = _response(asset, download)
            await response.prepare(request)
            if request.method != "HEAD":
                await _pass(request, response, download)
            return response
    except NoSuchPart:
        raise web.HTTPRequestRangeNotSatisfiable from None


def _response(asset: Asset, download: Download) -> web.StreamResponse:
    mime_type = asset.mime_type.lower()
    harmless = mime_type in _HARMLESS
    disposition = "inline" if harmless else "attachment"
    response = web.StreamResponse(
        headers={
            "Cache-Control": f"private, max-age={_CACHE_SECONDS}",
            "Content-Disposition": f"{disposition}; filename*=utf-8''{quote(asset.name, safe='')}",
            "Content-Security-Policy": "sandbox",
            "X-Content-Type-Options": "nosniff",
        }
    )
    response.content_type = mime_type if harmless else "application/octet-stream"
    response.content_length = download.size
    if download.content_range:
        response.set_status(HTTPStatus.PARTIAL_CONTENT)
        response.headers["Content-Range"] = download.content_range
        response.headers["Accept-Ranges"] = "bytes"
    return response


async def _pass(request: web.Request, response: web.StreamResponse, download: Download) -> None:
    try:
        async for chunk in download.chunks:
            await response.write(chunk)
    except VendorError as error:
        # The headers are sent: only a connection that breaks off can still tell that this is not all.
        _LOGGER.debug("A photo or video broke off: %s", error)
        if request.transport:
            request.transport.abort()


def _failure(error: VendorError) -> tuple[HTTPStatus, Mapping[str, str]]:
    match error:
        case NotFound():
            return HTTPStatus.NOT_FOUND, {}
        case RateLimited(retry_after=wait):
            return HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(ceil(wait))} if wait else {}
        case _:
            return HTTPStatus.BAD_GATEWAY, {}


def _has(request: web.Request, tag: str) -> bool:
    """Tell whether whoever asks has the picture already."""
    return any(known.value == tag for known in request.if_none_match or ())


def _runtime(hass: HomeAssistant, entry_id: str) -> AccountRuntime | None:
    entry: AccountConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
    if not entry or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
        return None
    return entry.runtime_data
