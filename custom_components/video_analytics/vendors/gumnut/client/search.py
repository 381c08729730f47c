"""Search by what is in the pictures."""

from collections.abc import AsyncIterator, Collection

from ...form import Form, FormFile
from ...http import Query
from .. import wire
from .assets import Filters, Include
from .caller import LARGEST_PAGE, Caller

_NAMES = {"image/png": "picture.png", "image/webp": "picture.webp"}


class SearchApi:
    """Search by text, by a picture, or both; pages have numbers."""

    def __init__(self, caller: Caller) -> None:
        """Ask by a caller."""
        self._api = caller.api

    async def find(
        self,
        library: str,
        *,
        text: str | None = None,
        picture: bytes | None = None,
        filters: Filters | None = None,
        include: Collection[Include] = (),
        limit: int = LARGEST_PAGE,
    ) -> AsyncIterator[wire.Found]:
        """Yield what is found, the best first: `GET /api/search`, and `POST` with a picture.

        The vendor ranks 200 results at most. A place alone is no criterion: it is rejected.
        """
        criteria: Query = {"library_id": library, "query": text, **(filters or Filters()).query}
        yielded, number, size = 0, 1, min(limit, LARGEST_PAGE)
        while yielded < limit:
            page = await self._page({**criteria, "limit": size, "page": number}, picture, tuple(include))
            for row in page.rows[: limit - yielded]:
                yield wire.Found.read(row, "search result")
            yielded += len(page.rows)
            if not page.has_more or not page.rows:
                return
            number += 1

    async def _page(self, criteria: Query, picture: bytes | None, include: tuple[str, ...]) -> wire.Page:
        if picture is None:
            answer = await self._api.get("/api/search", {**criteria, "include": include}, urgent=True)
            return wire.Page.read(answer, "GET /api/search")
        content_type = _content_type(picture)
        file = FormFile(_NAMES.get(content_type, "picture.jpg"), picture, content_type)
        # In forms lists have commas in between; the SDK takes both for the same.
        texts = {
            key: value if isinstance(value, str) else str(value) if isinstance(value, int) else ",".join(value)
            for key, value in criteria.items()
            if value is not None and value != ()
        }
        answer = await self._api.upload("/api/search", Form(texts, {"image": file}), {"include": include})
        return wire.Page.read(answer, "POST /api/search")


def _content_type(picture: bytes) -> str:
    if picture.startswith(b"\x89PNG"):
        return "image/png"
    return "image/webp" if picture[8:12] == b"WEBP" else "image/jpeg"
