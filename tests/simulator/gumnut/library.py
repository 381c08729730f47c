"""Libraries: photos, the faces in them, people, albums, and the feed of what changed."""

from dataclasses import dataclass, field
from datetime import date, datetime

from .drawing import Box, Scene


@dataclass
class Asset:
    """A photo or video; ``taken`` has an offset where the camera knew it, all other times are Unix seconds."""

    id: str
    file_name: str
    mime_type: str
    width: int
    height: int
    taken: datetime
    created: float
    updated: float
    scene: Scene | None = None
    content: bytes | None = field(default=None, repr=False)
    checksum: str | None = None
    trashed: float | None = None
    duration: float | None = None
    description: str | None = None
    """What the model says, null before it has."""
    caption: str | None = None
    rating: int | None = None
    location: tuple[float, float] | None = None
    """Latitude and longitude."""
    labels: dict[str, str] = field(default_factory=dict)
    """Names of the place: city, country, place_name …; found out after the upload."""
    device: str = "world"
    device_asset: str = ""
    file_created: str = ""
    file_modified: str = ""
    processed: bool = False
    """Whether there are thumbnails, and faces have been looked for."""
    clustered: bool = False

    @property
    def is_video(self) -> bool:
        """Whether it moves."""
        return self.mime_type.startswith("video/")


@dataclass
class Face:
    """A face in an asset."""

    id: str
    asset: str
    box: Box
    created: float
    updated: float
    person: str | None = None
    manual: bool = False
    confidence: float | None = None
    subject: str | None = None
    """Who of the world it is, whatever the library says."""


@dataclass
class Person:
    """Somebody whose faces have been grouped."""

    id: str
    created: float
    updated: float
    name: str | None = None
    birthday: date | None = None
    favorite: bool = False
    hidden: bool = False
    thumbnail: str | None = None
    subject: str | None = None


@dataclass
class Album:
    """A collection."""

    id: str
    name: str
    created: float
    updated: float
    description: str | None = None
    assets: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the feed."""

    number: int
    entity_type: str
    entity: str
    kind: str
    at: float
    payload: dict[str, str | None] | None = None


@dataclass
class Library:
    """Everything in one library; assets in the order they were added."""

    id: str
    name: str
    created: float
    role: str = "owner"
    description: str | None = None
    storage_limit: int | None = None
    trashed: float | None = None
    grows: bool = False
    """Whether the world adds photos of its own."""
    assets: dict[str, Asset] = field(default_factory=dict)
    faces: dict[str, Face] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    albums: dict[str, Album] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    epoch: int = 1
    """Changes when the database is put back in time: no cursor of before is good any more."""
    next_photo: int = 1
    unfinished: list[str] = field(default_factory=list)
    """Assets that have not been looked through as a whole."""
    _in_assets: dict[str, dict[str, Face]] = field(default_factory=dict)

    def add_asset(self, asset: Asset) -> None:
        """Take in an asset and tell of it."""
        self.assets[asset.id] = asset
        self.unfinished.append(asset.id)
        self.tell("asset", asset.id, "asset_created", asset.created)

    def add_face(self, face: Face) -> None:
        """Take in a face and tell of it."""
        self.faces[face.id] = face
        self._in_assets.setdefault(face.asset, {})[face.id] = face
        self.tell("face", face.id, "face_created", face.created)

    def remove_face(self, face: Face, at: float) -> None:
        """Forget a face."""
        del self.faces[face.id], self._in_assets[face.asset][face.id]
        self.tell("face", face.id, "face_deleted", at, previous_person_id=face.person)

    def move_asset(self, key: str, to: Library, at: float) -> None:
        """Give an asset to another library; without its faces, of which it is not known what becomes of them."""
        for face in [*self._in_assets.get(key, {}).values()]:
            self.remove_face(face, at)
        for album in self.albums.values():
            album.assets = [asset for asset in album.assets if asset != key]
        self.unfinished = [asset for asset in self.unfinished if asset != key]
        to.assets[key] = self.assets.pop(key)
        self.tell("asset", key, "asset_moved_out", at)
        to.tell("asset", key, "asset_moved_in", at)

    def tell(self, entity_type: str, entity: str, kind: str, at: float, **payload: str | None) -> None:
        """Add a row to the feed."""
        number = self.changes[-1].number + 1 if self.changes else 1
        self.changes.append(Change(number, entity_type, entity, kind, at, payload or None))

    def live_faces(self) -> list[Face]:
        """Return the faces that are seen by default: those of photos in the trash are not."""
        return [face for face in self.faces.values() if self.assets[face.asset].trashed is None]

    def faces_of(self, asset: str) -> list[Face]:
        """Return the faces of an asset."""
        return [*self._in_assets.get(asset, {}).values()] if self.assets[asset].trashed is None else []

    def people_of(self, asset: str) -> list[Person]:
        """Return the people in an asset."""
        ids = dict.fromkeys(face.person for face in self.faces_of(asset) if face.person)
        return [self.people[person] for person in ids]

    def photos_of(self, person: str) -> set[str]:
        """Return the assets somebody is in."""
        return {face.asset for face in self.live_faces() if face.person == person}

    def named(self, name: str, besides: str | None = None) -> Person | None:
        """Return who has a name already, whatever its case."""
        wanted = name.strip().casefold()
        found = (person for person in self.people.values() if person.name and person.name.casefold() == wanted)
        return next((person for person in found if person.id != besides), None)
