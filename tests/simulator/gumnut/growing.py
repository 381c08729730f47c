"""How a library grows: photos the world takes, and what Gumnut's models find in them."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

from ..simulation import Simulation
from ..world import Person as Somebody, Place
from ..world.dice import Dice
from .drawing import CLIP_SECONDS, SIZE, Scene
from .ids import make_id
from .library import Album, Asset, Face, Library, Person
from .quirks import Quirks

PHOTOS_AT_FIRST = 60
HOURS_BETWEEN = 8
MOST_AT_ONCE = 200
"""How many photos are caught up with after a jump of the clock."""
_OFFSET = timezone(timedelta(hours=1))
_HOME = (53.5459, 9.9664)
_LABELS = {"city": "Hamburg", "state": "Hamburg", "country": "Germany", "country_code": "DE"}
_WHAT = ("standing", "smiling", "waiting")
_FAVOURITES = ("Anna Lindqvist", "Sofia Novak")
_BIRTHDAYS = {"Anna Lindqvist": (1988, 4, 12), "Marek Novak": (1985, 11, 23), "Sofia Novak": (2016, 2, 29)}


class Growth:
    """Adds photos to libraries and looks through them."""

    def __init__(self, simulation: Simulation, quirks: Quirks) -> None:
        self._simulation = simulation
        self._quirks = quirks

    def begin(self, library: Library, now: float) -> None:
        """Fill a new library with the past weeks."""
        for number in range(PHOTOS_AT_FIRST):
            hours = (PHOTOS_AT_FIRST - number) * HOURS_BETWEEN
            asset = self.take(library, number, now - hours * 3600)
            self.process(library, asset, asset.created)
            self.cluster(library, asset, asset.created)
        for name in ("Family", "Staff"):
            members = {person.id for person in self._cast() if name in person.groups}
            inside = {face.asset for face in library.faces.values() if face.subject in members}
            album = Album(make_id("album", library.id, name), name, now - 86_400, now - 3600)
            album.assets = [asset for asset in library.assets if asset in inside]
            library.albums[album.id] = album
            library.tell("album", album.id, "album_created", album.created)
        library.next_photo = PHOTOS_AT_FIRST

    def catch_up(self, library: Library, now: float) -> None:
        """Add what was photographed since, and find what had time to be found."""
        minutes = self._quirks.photo_minutes
        if library.grows and minutes > 0:
            due = PHOTOS_AT_FIRST + int((now - library.created) // (minutes * 60))
            library.next_photo = max(library.next_photo, due - MOST_AT_ONCE)
            while library.next_photo < due:
                taken = library.created + (library.next_photo - PHOTOS_AT_FIRST + 1) * minutes * 60
                self.take(library, library.next_photo, taken)
                library.next_photo += 1
        unfinished, library.unfinished = library.unfinished, []
        for asset in (library.assets[key] for key in unfinished if key in library.assets):
            found = asset.created + self._quirks.processing_seconds
            if not asset.processed and now >= found:
                self.process(library, asset, found)
            if asset.processed and not asset.clustered and now >= found + self._quirks.clustering_seconds:
                self.cluster(library, asset, found + self._quirks.clustering_seconds)
            if not asset.clustered:
                library.unfinished.append(asset.id)

    def take(self, library: Library, number: int, at: float) -> Asset:
        """Add the photo with a number: somebody before one of the places of the first site."""
        dice = Dice(self._simulation.world.seed, "photo", number)
        place = self._simulation.world.place(dice.below(8))
        people = dice.shuffled(self._cast())[: dice.below(4)]
        video = number % 20 == 19
        return self.add(
            library, Scene(place, at, tuple(people), video), f"{library.id}/{number}", at, knows_offset=number % 3 != 0
        )

    def add(self, library: Library, scene: Scene, key: str, at: float, *, knows_offset: bool = True) -> Asset:
        """Add a photo of a scene, as somebody's telephone uploads it."""
        taken = datetime.fromtimestamp(int(scene.moment), _OFFSET)
        name = f"{'VID' if scene.video else 'IMG'}_{taken:%Y%m%d_%H%M%S}.{'mp4' if scene.video else 'jpg'}"
        asset = Asset(
            id=make_id("asset", key),
            file_name=name,
            mime_type="video/mp4" if scene.video else "image/jpeg",
            width=SIZE[0],
            height=SIZE[1],
            taken=taken if knows_offset else taken.replace(tzinfo=None),
            created=at,
            updated=at,
            scene=scene,
            duration=CLIP_SECONDS if scene.video else None,
            location=_location(scene.place),
            device="phone",
            device_asset=key,
        )
        library.add_asset(asset)
        return asset

    def process(self, library: Library, asset: Asset, at: float) -> None:
        """Make thumbnails, describe the photo, name its place and find its faces."""
        asset.processed = True
        asset.updated = at
        scene = asset.scene
        if scene is None:
            asset.description = "A picture that somebody uploaded."
        else:
            asset.description = _description(scene)
            if asset.location:
                asset.labels = {**_LABELS, "place_name": scene.place.site_name, "sublocation": scene.place.name}
                library.tell("metadata", asset.id, "metadata_updated", at)
            for number, (who, box) in enumerate(zip(scene.people, scene.boxes, strict=True)):
                face_id = make_id("face", asset.id, number)
                confidence = round(Dice(face_id).between(0.81, 0.99), 3)
                library.add_face(Face(face_id, asset.id, box, at, at, confidence=confidence, subject=who.id))
        library.tell("asset", asset.id, "asset_updated", at)

    def cluster(self, library: Library, asset: Asset, at: float) -> None:
        """Group the faces of a photo to people, new ones where nobody looks like that."""
        asset.clustered = True
        by_subject = {person.subject: person for person in library.people.values() if person.subject}
        for face in library.faces_of(asset.id):
            if face.person or face.subject is None:
                continue
            person = by_subject.get(face.subject)
            if person is None:
                person = by_subject[face.subject] = self._found(library, face, at)
            face.person, face.updated = person.id, at
            library.tell("face", face.id, "face_updated", at, person_id=person.id, previous_person_id=None)

    def _found(self, library: Library, face: Face, at: float) -> Person:
        """Add somebody; whom the house knows has been named already."""
        who = next(somebody for somebody in self._cast() if somebody.id == face.subject)
        name = who.name if who.standing != "unknown" else None
        person = Person(make_id("person", library.id, who.id), at, at, name, subject=who.id, thumbnail=face.id)
        if name in _BIRTHDAYS:
            year, month, day = _BIRTHDAYS[name]
            person.birthday = datetime(year, month, day, tzinfo=UTC).date()
        person.favorite = name in _FAVOURITES
        library.people[person.id] = person
        library.tell("person", person.id, "person_created", at)
        return person

    def _cast(self) -> list[Somebody]:
        return [subject for subject in self._simulation.world.cast(0) if isinstance(subject, Somebody)]


def checksum_of(content: bytes) -> str:
    """Return what tells whether the same bytes are there already."""
    return sha256(content).hexdigest()


def _location(place: Place) -> tuple[float, float]:
    return round(_HOME[0] + place.index * 0.0004, 6), round(_HOME[1] + place.index * 0.0007, 6)


def _description(scene: Scene) -> str:
    dice = Dice("description", scene.place.id, round(scene.moment))
    people = {0: "Nobody", 1: "One person", 2: "Two people", 3: "Three people"}.get(
        len(scene.people), "A group of people"
    )
    return f"{people} {dice.pick(_WHAT)} at the {scene.place.name.lower()} of {scene.place.site_name}."
