"""Definitions of tags (page "Tag Management")."""

from ...http import Api
from ...json import JsonObject, JsonValue, as_object, as_objects
from ..permissions import Permission, needs
from .undocumented import anything

_TAGS = "/api/v1/Tags"


class TagsApi:
    """Tags, as `wire.Tag` reads them."""

    def __init__(self, api: Api) -> None:
        """Ask through this."""
        self._api = api

    async def find(self, name: str | None = None, *, urgent: bool = False) -> tuple[JsonObject, ...]:
        """Return all tags, or those of exactly this name: `GET /api/v1/Tags`."""
        with needs(Permission.READ_TAGS):
            return as_objects(await self._api.get(_TAGS, {"tagName": name}, urgent=urgent), "tags")

    async def get(self, tag: str) -> JsonObject:
        """Return one tag: `GET /api/v1/Tags/{tagId}`. Raises `NotFound`."""
        with needs(Permission.READ_TAGS):
            return as_object(await self._api.get(f"{_TAGS}/{tag}", urgent=True), "tag")

    async def create(self, tag: JsonObject) -> JsonValue:
        """Create a tag: `POST /api/v1/Tags`. The answer is not documented."""
        with needs(Permission.ADD_TAGS):
            return await self._api.post(_TAGS, tag, decode=anything)

    async def update(self, tag: str, values: JsonObject) -> JsonValue:
        """Change a tag: `PUT /api/v1/Tags/{tagId}`. The answer is not documented."""
        with needs(Permission.EDIT_TAGS):
            return await self._api.put(f"{_TAGS}/{tag}", values, decode=anything)

    async def delete(self, tag: str) -> None:
        """Delete a tag: `DELETE /api/v1/Tags/{tagId}`."""
        with needs(Permission.DELETE_TAGS):
            await self._api.delete(f"{_TAGS}/{tag}", decode=anything)
