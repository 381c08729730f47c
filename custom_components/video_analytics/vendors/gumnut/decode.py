"""From what Gumnut sends to what all vendors have in common."""

from ..models.moments import PictureRef
from ..models.photos import Album, Asset, Box, PhotoFace
from ..models.state import Person
from . import wire
from .pictures import asset_reference, reference


def asset(row: wire.Asset) -> Asset:
    """Return a photo or video; whose metadata, people and variants were asked for."""
    metadata, people = row.metadata or wire.Metadata(), row.people or []
    here = metadata.latitude, metadata.longitude
    return Asset(
        id=row.id,
        name=row.original_file_name or row.id,
        mime_type=row.mime_type or "application/octet-stream",
        width=row.width or None,  # zero stands for unknown
        height=row.height or None,
        taken=row.local_datetime,
        added=row.created_at,
        size=row.file_size_bytes,
        duration=row.duration,
        description=metadata.description or row.description or None,
        place=metadata.display_label,
        location=(here[0], here[1]) if here[0] is not None and here[1] is not None else None,
        people=tuple(person.id for person in people),
        names=tuple(person.name for person in people if person.name),
        preview=asset_reference(row, "asset", row.asset_urls),
        thumbnail=asset_reference(row, "thumbnail", row.asset_urls),
        fullsize=asset_reference(row, "fullsize", row.asset_urls),
    )


def face(row: wire.Face) -> PhotoFace:
    """Return a face of a photo."""
    return PhotoFace(
        id=row.id,
        asset=row.asset_id,
        box=_box(row.bounding_box),
        person=row.person_id,
        manual=row.source == "manual",
        confidence=row.confidence,
    )


def person(row: wire.Person) -> Person:
    """Return one of the people, without what costs requests of its own."""
    return Person(
        id=row.id,
        name=row.name,
        hidden=bool(row.is_hidden),
        favorite=bool(row.is_favorite),
        portrait=_portrait(row),
        birthday=row.birth_date,
        photos=row.asset_count,
    )


def album(row: wire.Album) -> Album:
    """Return an album."""
    has_cover = row.album_cover_asset_id or row.asset_urls
    return Album(
        id=row.id,
        name=row.name or row.id,
        assets=row.asset_count,
        cover=reference("album", row.id, row.asset_urls) if has_cover else None,
    )


def _portrait(row: wire.Person) -> PictureRef | None:
    """Return a reference that changes with the face that is shown."""
    if row.thumbnail_face_id:
        return reference("face", row.thumbnail_face_id)
    return reference("person", row.id) if row.asset_urls else None


def _box(row: wire.BoundingBox | None) -> Box | None:
    if row is None or row.x is None or row.y is None or row.w is None or row.h is None:
        return None
    return Box(x=row.x, y=row.y, w=row.w, h=row.h)
