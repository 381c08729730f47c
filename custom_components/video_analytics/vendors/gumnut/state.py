"""The state of a library: read now and then, and where the feed of changes says that something changed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from math import inf
from time import monotonic

from ..errors import NotFound, NotPermitted, Rejected, VendorError
from ..http import Http
from ..models.moments import PictureRef
from ..models.state import AccountState, Library, Part, Person, Wanted
from . import decode, wire
from .client import GumnutClient
from .client.assets import Filters, Include
from .pictures import asset_reference
from .stale import Stale

_LIBRARY_EVERY = 300.0
_PEOPLE_EVERY = 1800.0
_PERSON_EVERY = 3600.0
_TASKS_EVERY = 60.0
_USER_EVERY = 3600.0
_PERSONS_AT_ONCE = 8
_WORTH_A_LOOK = 3
"""For more people than these, the latest photos of all are looked through first: most are in them."""
_LATEST = 200
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_REFUSALS = (NotPermitted, NotFound, Rejected)


@dataclass(frozen=True, slots=True)
class _Photographed:
    """When somebody was photographed last, and when that was asked."""

    asked: float
    newest: PictureRef | None = None
    at: datetime | None = None


class LibraryState:
    """One library and its named people; what is due when goes by the monotonic clock."""

    def __init__(self, http: Http, client: GumnutClient, library: str) -> None:
        """Nothing is asked for by itself."""
        self.stale = Stale()
        self._http = http
        self._client = client
        self._id = library
        self._row: wire.Library | None = None
        self._newest: wire.Asset | None = None
        self._user: wire.User | None = None
        self._people: dict[str, Person] = {}
        self._photographed: dict[str, _Photographed] = {}
        self._zone: tzinfo = UTC
        self._today: datetime | None = None
        self._taken_today: int | None = None
        self._pending_tasks: int | None = None
        self._library_due = self._people_due = self._tasks_due = self._user_due = -inf

    @property
    def finds_faces(self) -> bool | None:
        """Return whether faces are found by themselves; only the owner of a library can know."""
        owner = self._row.owner if self._row else None
        user = self._user
        if user is None or owner is None or owner.id != user.id:
            return None
        if user.face_detection_available is False:
            return False
        return user.face_detection_preference is True

    async def refresh(self, wanted: Wanted) -> None:
        """Ask for what is due. What fails is asked for again the next time."""
        await self._refresh_library(wanted)
        await self._refresh_people()
        await self._refresh_photographed(wanted.of(Part.PERSON))
        if wanted.of(Part.TASKS):
            await self._refresh_tasks()
        await self._refresh_user()

    def compose(self, previous: AccountState) -> AccountState:
        """Put the state together; what did not change is the previous state's own."""
        people = {key: self._person(person) for key, person in self._people.items()}
        people = {key: before if (before := previous.people.get(key)) == new else new for key, new in people.items()}
        state = AccountState(people=people, library=self._library(people.values()))
        if previous.library == state.library:
            state = replace(state, library=previous.library)
        return previous if previous == state else state

    def _library(self, people: Iterable[Person]) -> Library:
        row, newest = self._row, self._newest
        metadata = newest.metadata if newest else None
        return Library(
            items=row.asset_count if row else None,
            named_people=sum(not person.hidden for person in people),
            today=self._today,
            taken_today=self._taken_today,
            storage_used=row.storage_used_bytes if row else None,
            storage_limit=row.storage_limit_bytes if row else None,
            pending_tasks=self._pending_tasks,
            newest=asset_reference(newest) if newest else None,
            newest_at=self._aware(newest.local_datetime) if newest else None,
            newest_place=metadata.display_label if metadata else None,
        )

    def _person(self, person: Person) -> Person:
        if known := self._photographed.get(person.id):
            return replace(person, newest=known.newest, last_photographed=known.at)
        return person

    async def _refresh_library(self, wanted: Wanted) -> None:
        self._zone = wanted.zone
        today = self._midnight() if wanted.of(Part.LIBRARY) else None
        if not self.stale.library and monotonic() < self._library_due and today == self._today:
            return
        self.stale.library = False  # before asking: what changes meanwhile is asked for again
        try:
            self._row = await self._find()
            include = (Include.METADATA, Include.PEOPLE)
            photos = self._client.assets.list(self._id, self._taken(), include=include, limit=1)
            newest = [asset async for asset in photos]
            self._newest = newest[0] if newest else None
            self._taken_today = await self._count_of(today) if today else None
        except VendorError:
            self.stale.library = True
            raise
        for person in newest[0].people or () if newest else ():
            if person.id in self._photographed:
                self._note_photographed(person.id, newest)
                self.stale.photographed.discard(person.id)
        self._today = today
        self._library_due = monotonic() + _LIBRARY_EVERY

    async def _find(self) -> wire.Library:
        """Return the library from the list of the live ones, for one in the trash can still be asked for."""
        live = await self._client.libraries.list()
        if row := next((row for row in live if row.id == self._id), None):
            return row
        raise NotFound("GET /api/libraries: the library is gone, or in the trash")

    def _midnight(self) -> datetime:
        """Return when the user's day began."""
        return self._http.present.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)

    def _aware(self, taken: datetime | None) -> datetime | None:
        """Return when a photo was taken; a camera that knows no offset is taken to show the user's time."""
        return taken.replace(tzinfo=self._zone) if taken and taken.tzinfo is None else taken

    def _taken(self, *people: str) -> Filters:
        """Return a filter for photos of people that leaves out what a wrong clock has dated into the future.

        By the clock on the wall somebody may be ahead of the user by up to a day, who has no wrong clock.
        """
        now = self._http.present.astimezone(self._zone).replace(microsecond=0, tzinfo=None)
        return Filters(people=people, before=now + _DAY)

    async def _count_of(self, today: datetime) -> int:
        """Count what was taken from midnight to midnight, by the cameras' clocks; the bounds themselves are left out."""
        midnight = today.replace(tzinfo=None)
        day = Filters(after=midnight - _TICK, before=midnight + _DAY)
        return sum([bucket.count async for bucket in self._client.assets.counts(self._id, "day", day)])

    async def _refresh_people(self) -> None:
        """Ask for all named people, or only for those who changed."""
        stale = self.stale
        everybody = stale.everybody or monotonic() >= self._people_due
        changed, stale.people, stale.everybody = stale.people, set(), False
        try:
            if everybody:
                rows = [row async for row in self._client.people.list(self._id, names="named", hidden=True)]
                self._people = {}
                self._people_due = monotonic() + _PEOPLE_EVERY
            elif changed:
                rows = [row async for row in self._client.people.list(self._id, ids=sorted(changed))]
                self._people = {key: person for key, person in self._people.items() if key not in changed}
            else:
                return
        except VendorError:
            stale.everybody, stale.people = everybody or stale.everybody, stale.people | changed
            raise
        self._people |= {row.id: decode.person(row) for row in rows if row.name}
        for person in self._photographed.keys() if everybody else changed:
            if known := self._photographed.get(person):
                self._photographed[person] = replace(known, asked=-inf)

    async def _refresh_photographed(self, people: Iterable[str]) -> None:
        """Ask for the newest photo of those whom somebody looks at, those first who have waited longest."""
        again, self.stale.photographed = self.stale.photographed, set()
        known = {person: self._photographed.get(person) or _Photographed(-inf) for person in people}
        self._photographed = {
            person: replace(photo, asked=-inf) if person in again else photo
            for person, photo in known.items()
            if person in self._people
        }
        for person in self.stale.newest.keys() - self._photographed.keys():
            del self.stale.newest[person]
        oldest = monotonic() - _PERSON_EVERY
        due = sorted((photo.asked, person) for person, photo in self._photographed.items() if photo.asked <= oldest)
        missing = [person for _, person in due]
        if len(missing) > _WORTH_A_LOOK:
            missing = await self._look_through_latest(missing)
        for person in missing[:_PERSONS_AT_ONCE]:
            photos = self._client.assets.list(self._id, self._taken(person), limit=1)
            self._note_photographed(person, [photo async for photo in photos])

    async def _look_through_latest(self, people: list[str]) -> list[str]:
        """Ask for the latest photos at once, and return who is in none of them."""
        found: dict[str, wire.Asset] = {}
        latest = self._client.assets.list(self._id, self._taken(), include=(Include.PEOPLE,), limit=_LATEST)
        async for asset in latest:
            for row in asset.people or ():
                found.setdefault(row.id, asset)
        for person in found.keys() & set(people):
            self._note_photographed(person, [found[person]])
        return [person for person in people if person not in found]

    def _note_photographed(self, person: str, photos: list[wire.Asset]) -> None:
        newest = photos[0] if photos else None
        self.stale.newest[person] = newest.id if newest else None
        self._photographed[person] = _Photographed(
            asked=monotonic(),
            newest=asset_reference(newest) if newest else None,
            at=self._aware(newest.local_datetime) if newest else None,
        )

    async def _refresh_tasks(self) -> None:
        """Ask what is still to be done; whether every key may see that is not said."""
        if monotonic() < self._tasks_due:
            return
        try:
            self._pending_tasks = len(await self._client.libraries.tasks(self._id, status="pending"))
        except _REFUSALS:
            self._pending_tasks = None
        self._tasks_due = monotonic() + _TASKS_EVERY

    async def _refresh_user(self) -> None:
        """Ask who the user is, for whether faces are found is his setting; nothing else depends on it."""
        if monotonic() < self._user_due:
            return
        try:
            self._user = await self._client.libraries.me()
        except _REFUSALS:
            self._user = None
        self._user_due = monotonic() + _USER_EVERY
