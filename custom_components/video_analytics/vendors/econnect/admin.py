"""Definitions of tags, on the vendor's own JSON."""

from collections.abc import AsyncGenerator, Mapping
from typing import override

from .. import contract
from ..errors import NotFound, Rejected
from ..json import JsonObject
from .client import EconnectClient

_TAGS = "tags"
_ID = "tagId"


class EconnectAdmin(contract.Admin):
    """The one resource that can be administered: `tags`; `find` takes their `tagName`."""

    resources = frozenset({_TAGS})

    def __init__(self, client: EconnectClient) -> None:
        """Ask through this."""
        self._client = client

    @override
    async def find(self, resource: str, query: Mapping[str, str]) -> AsyncGenerator[JsonObject]:
        _check(resource)
        for row in await self._client.tags.find(query.get("tagName"), urgent=True):
            yield row

    @override
    async def get(self, resource: str, item: str) -> JsonObject:
        _check(resource)
        return await self._client.tags.get(item)

    @override
    async def create(self, resource: str, values: JsonObject) -> JsonObject:
        """Return what the server answers, or, where that is nothing, what was sent."""
        _check(resource)
        answer = await self._client.tags.create({key: value for key, value in values.items() if key != _ID})
        return answer if isinstance(answer, Mapping) else values

    @override
    async def update(self, resource: str, item: str, patch: JsonObject) -> JsonObject:
        _check(resource)
        patched = {**await self._client.tags.get(item), **patch, _ID: item}
        answer = await self._client.tags.update(item, patched)
        return answer if isinstance(answer, Mapping) else patched

    @override
    async def delete(self, resource: str, item: str, *, confirm: bool) -> None:
        _check(resource)
        if not confirm:
            raise Rejected("tag: not deleted", "deleting has to be confirmed")
        await self._client.tags.delete(item)


def _check(resource: str) -> None:
    if resource != _TAGS:
        raise NotFound(f"{resource}: there is no such resource")
