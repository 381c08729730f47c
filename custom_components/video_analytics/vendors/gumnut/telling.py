"""Changes become moments: each entity is read again, and only what is in the library now is told."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..json import JsonValue
from ..models.moments import Moment, MomentKind, Recognition
from . import wire
from .client import GumnutClient
from .client.assets import Include
from .pictures import asset_reference, reference
from .stale import Stale

_INCLUDE = (Include.METADATA, Include.PEOPLE, Include.VARIANTS)
_NEW = timedelta(days=1)
"""Faces of photos that were added so long before are somebody's tidying up, and no news."""
_RECENT = timedelta(hours=1)
_MOST_RECENT = 1000


def is_told(change: wire.Change) -> bool:
    """Tell whether a change may be a moment: something that is new, or a face of which it is found out whose it is."""
    match change.event_type:
        case "asset_created" | "face_created" | "person_created":
            return True
        case "face_updated":
            payload = change.payload
            return bool(payload and payload.person_id and not payload.previous_person_id)
        case _:
            return False


class Reader:
    """Reads what changed, in at most one request for each kind of entity and 200 of them."""

    def __init__(self, client: GumnutClient, library: str, stale: Stale) -> None:
        """`stale` hears of people whose faces were found."""
        self._client = client
        self._library = library
        self._stale = stale
        self._recent: OrderedDict[str, Moment] = OrderedDict()
        """Photos that were told a while ago, whose people and place may still be found out."""

    def remembers(self, asset: str) -> bool:
        """Tell whether a photo was told a while ago."""
        return asset in self._recent

    async def read(
        self, changes: Sequence[wire.Change], touched: Collection[str] = ()
    ) -> tuple[tuple[Moment, ...], tuple[Moment, ...]]:
        """Return the moments of changes, oldest first, and what changed of those that were told before.

        `touched` are photos that are remembered, and changed in another way.
        """
        created = {kind: _first(changes, f"{kind}_created") for kind in ("asset", "face", "person")}
        found = {**_first(changes, "face_updated"), **created["face"]}
        faces = {row.id: row async for row in self._client.faces.list(self._library, ids=found)} if found else {}
        self._stale.note_people(*(face.person_id for face in faces.values()))
        wanted = {*created["asset"], *(face.asset_id for face in faces.values())}
        assets = await self._assets(wanted.union(touched))
        persons = created["person"]
        people = {row.id: row async for row in self._client.people.list(self._library, ids=persons)} if persons else {}

        moments = [_photo(assets[key], at) for key, at in created["asset"].items() if key in assets]
        updates = self._changed(assets)
        self._remember(moments)
        for key, at in found.items():
            face = faces.get(key)
            asset = assets.get(face.asset_id) if face else None
            if face and asset and (asset.created_at is None or asset.created_at >= at - _NEW):
                moments.append(_face(face, asset, at))
        moments += [_person(people[key], at) for key, at in persons.items() if key in people]
        return tuple(sorted(moments, key=lambda moment: moment.start)), updates

    async def _assets(self, ids: Collection[str]) -> Mapping[str, wire.Asset]:
        """Read assets as they are in this library now: one that was moved elsewhere or trashed is left out."""
        if not ids:
            return {}
        rows = self._client.assets.list(self._library, ids=sorted(ids), include=_INCLUDE)
        return {row.id: row async for row in rows}

    def _changed(self, assets: Mapping[str, wire.Asset]) -> tuple[Moment, ...]:
        """Return photos that were told before, and of which more is known now."""
        changed = []
        for key in self._recent.keys() & assets.keys():
            before = self._recent[key]
            now = replace(_photo(assets[key], before.start), id=before.id)
            if _shown(now) != _shown(before):
                self._recent[key] = now
                changed.append(now)
        return tuple(sorted(changed, key=lambda moment: moment.start))

    def _remember(self, photos: Iterable[Moment]) -> None:
        self._recent.update((photo.id, photo) for photo in photos)
        newest = max((photo.start for photo in self._recent.values()), default=None)
        while self._recent:
            key, oldest = next(iter(self._recent.items()))
            if len(self._recent) <= _MOST_RECENT and newest and newest - oldest.start <= _RECENT:
                return
            del self._recent[key]


def _first(changes: Iterable[wire.Change], event_type: str) -> dict[str, datetime]:
    """Return when entities changed in this way for the first time."""
    found: dict[str, datetime] = {}
    for change in changes:
        if change.event_type == event_type:
            found.setdefault(change.entity_id, change.created_at)
    return found


def _photo(row: wire.Asset, at: datetime) -> Moment:
    names = [person.name for person in row.people or () if person.name]
    return Moment(
        id=row.id,
        kind=MomentKind.PHOTO_ADDED,
        start=at,
        end=at,
        instant=True,
        place=_place(row),
        subject=", ".join(names) or None,
        picture=asset_reference(row, urls=row.asset_urls),
        asset=row.id,
        attributes=_attributes(row),
    )


def _shown(photo: Moment) -> tuple[str | None, str | None, bool]:
    """Return what is found out later: who is in a photo, where it was taken, and that there is a picture of it."""
    return photo.subject, photo.place, bool(photo.picture and photo.picture.where)


def _face(row: wire.Face, asset: wire.Asset, at: datetime) -> Moment:
    name = next((person.name for person in asset.people or () if person.id == row.person_id), None)
    return Moment(
        id=f"{row.id}.{row.person_id or 'nobody'}",
        kind=MomentKind.FACE_FOUND,
        start=at,
        end=at,
        instant=True,
        place=_place(asset),
        person=row.person_id,
        subject=name,
        recognition=Recognition.KNOWN if name else Recognition.UNKNOWN,
        confidence=row.confidence,
        picture=reference("face", row.id, row.asset_urls),
        asset=asset.id,
        attributes={"face_id": row.id, **_attributes(asset)},
    )


def _person(row: wire.Person, at: datetime) -> Moment:
    return Moment(
        id=row.id,
        kind=MomentKind.PERSON_FOUND,
        start=at,
        end=at,
        instant=True,
        person=row.id,
        subject=row.name,
        recognition=Recognition.KNOWN if row.name else Recognition.UNKNOWN,
        picture=reference("person", row.id, row.asset_urls),
    )


def _place(row: wire.Asset) -> str | None:
    return row.metadata.display_label if row.metadata else None


def _attributes(row: wire.Asset) -> Mapping[str, JsonValue]:
    """Return what the vendor tells of a photo, in its own words; the time is that of the camera's clock."""
    return {
        "asset_id": row.id,
        "original_file_name": row.original_file_name,
        "mime_type": row.mime_type,
        "local_datetime": row.local_datetime.isoformat() if row.local_datetime else None,
        "description": row.description,
        "person_ids": [person.id for person in row.people or ()],
    }
