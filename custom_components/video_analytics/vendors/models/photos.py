"""Photos of a library and the faces in them."""

from dataclasses import dataclass, field
from datetime import date, datetime

from .moments import PictureRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in pixels of the picture as it is shown."""

    x: int
    y: int
    w: int
    h: int

    def fits(self, width: int, height: int) -> bool:
        """Tell whether the box lies inside a picture of this size."""
        return min(self.x, self.y) >= 0 and min(self.w, self.h) > 0 and self.right <= width and self.bottom <= height

    @property
    def right(self) -> int:
        """Return the first column right of the box."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """Return the first row below the box."""
        return self.y + self.h


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A photo or a video; `taken` lacks an offset where the camera did not know it.

    `description` is what the vendor's model says is to be seen, `names` are those of `people` that have one.
    """

    id: str
    name: str = field(repr=False)
    mime_type: str
    width: int | None
    height: int | None
    taken: datetime | None
    added: datetime | None = None
    size: int | None = None
    duration: float | None = None
    description: str | None = field(default=None, repr=False)
    place: str | None = field(default=None, repr=False)
    location: tuple[float, float] | None = field(default=None, repr=False)
    """Latitude and longitude."""
    people: tuple[str, ...] = ()
    names: tuple[str, ...] = field(default=(), repr=False)
    preview: PictureRef | None = None
    thumbnail: PictureRef | None = None
    fullsize: PictureRef | None = None
    """The largest rendering, for a screen; a picture that browsers show, whatever the original is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetQuery:
    """Which assets; text and picture search by meaning, and the best come first, else the latest taken.

    All of `people` have to be in a picture. `after` and `before` are times on the camera's clock where they have no
    offset; either both have one or neither. Both ends are excluded.
    """

    text: str | None = field(default=None, repr=False)
    picture: bytes | None = field(default=None, repr=False)
    people: tuple[str, ...] = ()
    album: str | None = None
    near: tuple[float, float] | None = field(default=None, repr=False)
    """Latitude and longitude; `radius` is in metres."""
    radius: float | None = None
    after: datetime | None = None
    before: datetime | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """An album."""

    id: str
    name: str = field(repr=False)
    assets: int | None
    cover: PictureRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetDraft:
    """What goes with an uploaded file; the ending of its name tells the vendor what it is."""

    name: str = field(repr=False)
    mime_type: str
    created: datetime
    """Taken for when it was taken if the file does not tell; with the offset of the place where that was."""
    modified: datetime
    device: str
    """What the file comes from, as the vendor tells uploads of one device from those of another."""
    device_asset: str
    """The file's identifier there; the same one again is not a second asset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFace:
    """A face in a photo; without a box where the vendor does not tell it."""

    id: str
    asset: str
    box: Box | None
    person: str | None = None
    manual: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    """A person to be added or changed; None leaves a field as it is."""

    name: str | None = field(default=None, repr=False)
    birthday: date | None = field(default=None, repr=False)
    favorite: bool | None = None
    hidden: bool | None = None
