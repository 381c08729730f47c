"""People that faces are grouped to."""

from collections.abc import AsyncIterator, Collection
from datetime import date
from typing import Literal

from ...json import JsonObject
from .. import wire
from .caller import Caller, given

type NameFilter = Literal["named", "unnamed", "all"]


class PeopleApi:
    """People of a library."""

    def __init__(self, caller: Caller) -> None:
        """Ask by a caller."""
        self._caller = caller
        self._api = caller.api

    async def list(
        self,
        library: str,
        *,
        name: str | None = None,
        names: NameFilter | None = None,
        hidden: bool | None = None,
        ids: Collection[str] = (),
        urgent: bool = False,
    ) -> AsyncIterator[wire.Person]:
        """Yield people: `GET /api/people`.

        Without `ids`, unnamed and hidden people are left out unless they are asked for. `name` is a part of one.
        """
        include_hidden = None if hidden is None else str(hidden).lower()
        query = {"library_id": library, "name": name, "name_filter": names, "include_hidden": include_hidden}
        async for row in self._caller.rows_of("/api/people", query, ids, urgent=urgent):
            yield wire.Person.read(row, "person")

    async def get(self, person: str, *, urgent: bool = True) -> wire.Person:
        """Return one of the people: `GET /api/people/{person_id}`. Raises `NotFound`, also after a merge."""
        return wire.Person.read(await self._api.get(f"/api/people/{person}", urgent=urgent), "person")

    async def create(
        self,
        library: str,
        *,
        name: str | None = None,
        birth_date: date | None = None,
        favorite: bool | None = None,
        hidden: bool | None = None,
    ) -> wire.Person:
        """Add somebody, or return who has this name already: `POST /api/people`.

        Raises `Rejected` (409) where that one differs in what is said here.
        """
        body = {"library_id": library, **_fields(name, birth_date, favorite, hidden)}
        return wire.Person.read(await self._api.post("/api/people", body), "person")

    async def update(
        self,
        person: str,
        *,
        name: str | None = None,
        birth_date: date | None = None,
        favorite: bool | None = None,
        hidden: bool | None = None,
    ) -> wire.Person:
        """Change what is said here: `PATCH /api/people/{person_id}`. Raises `Rejected` for a name that is taken."""
        body = _fields(name, birth_date, favorite, hidden)
        return wire.Person.read(await self._api.patch(f"/api/people/{person}", body), "person")

    async def merge(self, into: str, people: Collection[str]) -> wire.Person | None:
        """Give the faces of people to another one, and delete them for good: `POST /api/people/{person_id}/merge`.

        None when nobody is left: all were without a name and without faces.
        """
        answer = await self._api.post(f"/api/people/{into}/merge", {"source_person_ids": [*people]})
        return wire.Person.read(answer, "person") if answer is not None else None

    async def delete(self, person: str) -> None:
        """Delete somebody, whose faces stay without a person: `DELETE /api/people/{person_id}`."""
        await self._api.delete(f"/api/people/{person}")


def _fields(name: str | None, birth_date: date | None, favorite: bool | None, hidden: bool | None) -> JsonObject:
    birthday = birth_date.isoformat() if birth_date else None
    return given({"name": name, "birth_date": birthday, "is_favorite": favorite, "is_hidden": hidden})
