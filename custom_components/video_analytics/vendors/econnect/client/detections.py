"""Where and when somebody was seen (page "Detections")."""

from datetime import datetime

from ...http import Api, Query
from ...json import JsonObject, as_objects
from ..permissions import Permission, needs

_DETECTIONS = "/api/v1/people/detections"


class DetectionsApi:
    """History by person or by face; there is none of all people, and none of a detector."""

    def __init__(self, api: Api) -> None:
        """Ask through this."""
        self._api = api

    async def of_person(
        self,
        person: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        skip: int = 0,
        take: int | None = None,
        ascending: bool = True,
        urgent: bool = False,
    ) -> tuple[JsonObject, ...]:
        """Return detections of a person: `GET …/detections/personId/{personId}`.

        None of a person that does not exist. The rows are for `wire.Detection.read`; each carries its picture. Which
        is the largest `take` is not documented, without it there are ten.
        """
        query = _query(start, end, skip, take, ascending)
        return await self._rows(f"{_DETECTIONS}/personId/{person}", query, urgent=urgent)

    async def of_face(
        self,
        face: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        skip: int = 0,
        take: int | None = None,
        ascending: bool = True,
        urgent: bool = False,
    ) -> tuple[JsonObject, ...]:
        """Return detections of a face: `GET …/detections/faceId/{faceId}`."""
        query = _query(start, end, skip, take, ascending)
        return await self._rows(f"{_DETECTIONS}/faceId/{face}", query, urgent=urgent)

    async def _rows(self, path: str, query: Query, *, urgent: bool) -> tuple[JsonObject, ...]:
        with needs(Permission.READ_DETECTIONS):
            return as_objects(await self._api.get(path, query, urgent=urgent), "detections")


def _query(start: datetime | None, end: datetime | None, skip: int, take: int | None, ascending: bool) -> Query:
    return {
        "skip": skip or None,
        "take": take,
        "epochStartMs": _milliseconds(start),
        "epochEndMs": _milliseconds(end),
        "dateAscending": "true" if ascending else "false",
    }


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)
