"""Rows of answers: assets, faces, people, albums and libraries as the SDK describes them."""

from collections.abc import Collection
from datetime import datetime

from ..switches import Json, JsonObject
from .drawing import WIDTHS
from .house import House
from .ids import make_id
from .library import Album, Asset, Face, Library, Person
from .wire import row, stamp

INCLUDES = ("metadata", "faces", "people", "file_data", "variants")


class Rows:
    """Writes rows for one request: ``base`` is the address the client used."""

    def __init__(self, house: House, base: str) -> None:
        self._house = house
        self._base = base
        self._quirks = house.quirks

    def library(self, library: Library) -> JsonObject:
        """Return a row of the libraries."""
        quirks, house = self._quirks, self._house
        counted = [asset for asset in library.assets.values() if asset.trashed is None or quirks.counts_trashed]
        fields: JsonObject = {
            "id": library.id,
            "name": library.name,
            "description": library.description,
            "asset_count": len(counted),
            "user_id": house.user.id,
            "created_at": stamp(library.created),
            "updated_at": stamp(library.created),
        }
        if not quirks.old_libraries:
            fields |= {
                "role": "curator" if quirks.unknown_enums else library.role,
                "owner": self._owner(library),
                "storage_used_bytes": house.bytes_stored([library]),
                "storage_limit_bytes": library.storage_limit,
            }
        return row(quirks, fields)

    def _owner(self, library: Library) -> JsonObject:
        user = self._house.user
        if library.role == "owner":
            return {"id": user.id, "display_name": user.first_name}
        return {"id": make_id("intuser", library.id), "display_name": "Grace"}

    def asset(self, library: Library, asset: Asset, include: Collection[str] = ()) -> JsonObject:
        """Return an asset, with what was asked for."""
        asked = set(include)
        fields: JsonObject = {
            "id": asset.id,
            "created_at": stamp(asset.created),
            "updated_at": stamp(asset.updated),
            "current_version_id": make_id("asset_version", asset.id),
            "file_size_bytes": len(self._house.content(asset)),
            "kind": "original",
            "local_datetime": wall_clock(asset.taken),
            "mime_type": asset.mime_type,
            "original_file_name": asset.file_name,
            "width": asset.width,
            "height": asset.height,
            "duration": asset.duration,
            "description": asset.description,
            "quality_score": 0.75 if asset.processed else None,
            "thumbhash": None,
            "stack_id": None,
            "trashed_at": stamp(asset.trashed) if asset.trashed else None,
            "asset_urls": self._variants(asset, every="variants" in asked),
            "metadata": self._metadata(asset) if "metadata" in asked else None,
            "faces": None,
            "people": None,
            "file_data": self._file_data(asset) if "file_data" in asked else None,
        }
        if "faces" in asked:
            fields["faces"] = [self.face(face) for face in library.faces_of(asset.id)]
        if "people" in asked:
            # Those in an asset are written without their pictures, as the SDK says they may be.
            fields["people"] = [
                self.person(library, person) | {"asset_urls": None} for person in library.people_of(asset.id)
            ]
        return row(self._quirks, fields)

    def _variants(self, asset: Asset, *, every: bool) -> JsonObject:
        suffix = "_image" if asset.is_video else ""
        names = [f"{name}{suffix}" for name in WIDTHS] if every else [f"thumbnail{suffix}"]
        urls: JsonObject = {name: self._variant(asset.id, name, WIDTHS[name.removesuffix("_image")]) for name in names}
        if every:
            urls["original"] = {**self._variant(asset.id, "original", asset.width), "mimetype": asset.mime_type}
        return urls

    def _variant(self, subject: str, name: str, width: int | None) -> JsonObject:
        return {"url": self._house.url(self._base, subject, name), "mimetype": "image/jpeg", "width": width}

    def _metadata(self, asset: Asset) -> JsonObject:
        labels, here = asset.labels, asset.location
        label = [labels.get("place_name"), labels.get("city"), labels.get("country")]
        names: JsonObject = {
            name: labels.get(name) for name in ("city", "state", "country", "country_code", "place_name", "sublocation")
        }
        return row(
            self._quirks,
            {
                "asset_id": asset.id,
                "created_at": stamp(asset.created),
                "updated_at": stamp(asset.updated),
                "make": "Harbour" if asset.scene else None,
                "model": "Phone 3" if asset.scene else None,
                "latitude": here[0] if here else None,
                "longitude": here[1] if here else None,
                **names,
                "display_label": ", ".join(filter(None, label)) or None,
                "description": asset.caption,
                "rating": asset.rating or 0,
                "original_datetime": wall_clock(asset.taken),
                "raw_width": asset.width or None,
                "raw_height": asset.height or None,
                "orientation": 1,
            },
        )

    def _file_data(self, asset: Asset) -> JsonObject:
        content = self._house.content(asset)
        return {
            "checksum": asset.checksum or "",
            "checksum_sha1": None,
            "device_asset_id": asset.device_asset,
            "device_id": asset.device,
            "file_created_at": asset.file_created or stamp(asset.created),
            "file_modified_at": asset.file_modified or stamp(asset.created),
            "file_size_bytes": len(content),
        }

    def face(self, face: Face, *, diagnostics: JsonObject | None = None) -> JsonObject:
        """Return a face."""
        x, y, w, h = face.box
        source = "manual" if face.manual else "automatic"
        return row(
            self._quirks,
            {
                "id": face.id,
                "asset_id": face.asset,
                "bounding_box": {"x": x, "y": y, "w": w, "h": h},
                "source": "dreamt" if self._quirks.unknown_enums else source,
                "created_at": stamp(face.created),
                "updated_at": stamp(face.updated),
                "person_id": face.person,
                "confidence": face.confidence,
                "timestamp_ms": None,
                "asset_urls": {"thumbnail": self._variant(face.id, "thumbnail", None)},
                "cluster_assignment": diagnostics,
            },
        )

    def person(self, library: Library, person: Person, *, metrics: bool = False) -> JsonObject:
        """Return somebody."""
        photos = library.photos_of(person.id)
        thumbnail: Json = None
        if person.thumbnail in library.faces:
            thumbnail = {"thumbnail": self._variant(person.thumbnail or "", "thumbnail", None)}
        measured: JsonObject = {"face_count": len(photos), "pairwise_mean": 0.21, "pairwise_p90": 0.34}
        return row(
            self._quirks,
            {
                "id": person.id,
                "name": person.name,
                "is_favorite": person.favorite,
                "is_hidden": person.hidden,
                "birth_date": person.birthday.isoformat() if person.birthday else None,
                "asset_count": len(photos) if self._quirks.asset_counts else None,
                "thumbnail_face_id": person.thumbnail,
                "asset_urls": thumbnail,
                "created_at": stamp(person.created),
                "updated_at": stamp(person.updated),
                "cluster_metrics": measured if metrics and photos else None,
            },
        )

    def album(self, library: Library, album: Album) -> JsonObject:
        """Return an album."""
        live = [library.assets[key] for key in album.assets if library.assets[key].trashed is None]
        ordered = sorted(live, key=lambda asset: asset.taken.replace(tzinfo=None))
        cover = ordered[-1] if ordered else None
        return row(
            self._quirks,
            {
                "id": album.id,
                "name": album.name,
                "description": album.description,
                "asset_count": len(live),
                "start_date": wall_clock(ordered[0].taken) if ordered else None,
                "end_date": wall_clock(ordered[-1].taken) if ordered else None,
                "album_cover_asset_id": cover.id if cover else None,
                "asset_urls": {"thumbnail": self._variant(cover.id, "thumbnail", WIDTHS["thumbnail"])}
                if cover
                else None,
                "created_at": stamp(album.created),
                "updated_at": stamp(album.updated),
            },
        )


def wall_clock(taken: datetime) -> str:
    """Write a capture time, with an offset only where it is known."""
    return taken.isoformat()
