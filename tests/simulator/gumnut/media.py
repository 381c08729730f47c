"""What the addresses in answers lead to. No key is needed here: the signature is enough."""

import asyncio
from io import BytesIO

from aiohttp import web
from PIL import Image

from .drawing import WIDTHS, crop, opened, variant
from .house import MEDIA, House
from .library import Asset


class Media:
    """Originals, their variants, and faces cut out of them."""

    def __init__(self, house: House) -> None:
        self._house = house

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.get(MEDIA + "/{subject}/{name}", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        subject, name = request.match_info["subject"], request.match_info["name"]
        if not self._house.is_signed(request, subject, name):
            raise web.HTTPForbidden(text="The signature is not valid")
        content, kind = await asyncio.to_thread(self._find, subject, name)
        headers = {"Content-Disposition": "attachment"} if name == "original" else {}
        if name == "original" and "Range" in request.headers and self._house.quirks.ranges:
            return _part(request, content, kind, headers)
        return web.Response(body=content, content_type=kind, headers=headers)

    def _find(self, subject: str, name: str) -> tuple[bytes, str]:
        house = self._house
        for library in house.libraries.values():
            if face := library.faces.get(subject):
                picture = self._picture(library.assets[face.asset])
                return crop(picture, face.box), "image/jpeg"
        asset = house.find_asset(subject)
        if asset is None:
            raise web.HTTPNotFound
        if name == "original":
            return house.content(asset), asset.mime_type
        width = name.removesuffix("_image")
        # A derived rendering is not there until it has been made.
        if width not in WIDTHS or not asset.processed:
            raise web.HTTPNotFound
        return variant(self._picture(asset), width), "image/jpeg"

    def _picture(self, asset: Asset) -> Image.Image:
        if asset.scene and asset.scene.video:
            return self._house.darkroom.still(asset.scene)
        picture = opened(self._house.content(asset))
        if picture is None:
            raise web.HTTPNotFound
        return picture


def _part(request: web.Request, content: bytes, kind: str, headers: dict[str, str]) -> web.Response:
    try:
        start, stop, _ = request.http_range.indices(len(content))
    except ValueError:
        start = len(content)
    if start >= len(content):
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{len(content)}"})
    headers = {**headers, "Content-Range": f"bytes {start}-{stop - 1}/{len(content)}"}
    return web.Response(status=206, body=content[start:stop], content_type=kind, headers=headers)


def size_of(content: bytes) -> tuple[int, int]:
    """Return the width and height of a picture, zeros for what is none."""
    try:
        with Image.open(BytesIO(content)) as image:
            return image.size
    except OSError, ValueError, SyntaxError:
        return 0, 0
