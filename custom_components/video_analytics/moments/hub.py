"""The hub of an account's moments."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Collection, Coroutine, Iterable, Iterator, Set
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
import logging

from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback

from ..coordinator import AccountCoordinator, Item
from ..pictures import PictureStore
from ..vendors.budget import Urgency
from ..vendors.contract import EventHistory, MomentSource
from ..vendors.models.moments import OF_PHOTOS, Batch, Moment, MomentKind, PictureRef, SourceStatus, Watermark
from ..vendors.models.state import Part, Wanted
from ..vendors.track import LONGEST
from .audience import Audience
from .backfill import Backfill
from .memory import Memory
from .thumbnails import Thumbnails
from .told import News, Slot, Told, person_of, slots_of, subject_of, without_content

_LOGGER = logging.getLogger(__name__)

_SUBJECT_WAIT = 5.0
"""Seconds that a face or a plate waits for whose it is."""
_SUBJECTS = (MomentKind.FACE, MomentKind.PLATE)
_PICTURED = (Slot.EVENT, Slot.FACE, Slot.PLATE)
"""What images show the last one of."""
_REMEMBERED = 4096
_LISTEN_AGAIN = 30.0
_STATUS_INTERVAL = 15.0


@dataclass(slots=True)
class _Progress:
    """How much of a batch has been told: only of one that is told as a whole may the watermark be stored."""

    watermark: Watermark
    pending: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Pending:
    """A moment that waits for its turn, its subject or its picture; times are the loop's."""

    moment: Moment
    news: News
    arrived: datetime
    received: float
    progress: _Progress
    picture: str | None = None
    fetched: asyncio.Task[str | None] | None = None
    """The picture, where it has to be asked for."""
    timer: asyncio.TimerHandle | None = None

    def waits_until(self, picture_wait: float) -> float:
        """Return until when it waits for what is still missing; late ones do not wait."""
        until = 0.0
        if self.news is News.LIVE:
            if self.moment.kind in _SUBJECTS and not (self.moment.subject or self.moment.recognition):
                until = self.received + _SUBJECT_WAIT
            if self.fetched and not self.fetched.done():
                until = max(until, self.received + picture_wait)
        return until


class MomentHub:
    """Puts the moments of an account in order, and tells each once with its picture."""

    def __init__(
        self,
        hass: HomeAssistant,
        coordinator: AccountCoordinator,
        source: MomentSource,
        history: EventHistory | None,
        pictures: PictureStore,
    ) -> None:
        """Nothing is asked before `start`."""
        self._hass = hass
        self._coordinator = coordinator
        self._source = source
        self.pictures = pictures
        self._thumbnails = Thumbnails(source, pictures)
        self._memory = Memory(hass, coordinator.config_entry, self._told_ahead)
        self._backfill = Backfill(history, self._memory, self._subjects, self._show_past) if history else None
        self.audience = Audience(hass, self._interest_changed)
        self._wanted: Wanted | None = None
        self._lines: dict[Item, deque[_Pending]] = {}
        self._pending: dict[str, _Pending] = {}
        self._batches: deque[_Progress] = deque()
        self._uncovered: deque[str] = deque(maxlen=_REMEMBERED)
        self._carried: set[str] = set()
        """What the run before told behind its watermark, as long as the source has not repeated it."""
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._status = source.status
        self._status_watchers: list[CALLBACK_TYPE] = []
        self._tasks: set[asyncio.Task[object]] = set()
        self._listening: asyncio.Task[None] | None = None

    @property
    def kinds(self) -> frozenset[MomentKind]:
        """Return what the detections of a camera may be."""
        return self._source.kinds

    @property
    def status(self) -> SourceStatus:
        """Return how moments arrive at present."""
        return self._status

    @property
    def waiting(self) -> int:
        """Return how many moments have arrived and are not told yet."""
        return len(self._pending)

    async def async_load(self) -> None:
        """Read what earlier runs remembered."""
        await self._memory.async_load()
        if everything := self._coordinator.everything:
            options = self._coordinator.options
            self._memory.keep_only(everything.cameras)
            self._memory.begin_anew(
                {
                    key
                    for key, camera in everything.cameras.items()
                    if not (options.wants(camera) and options.wants_events_of(key))
                }
            )
        self._carried = set(self._memory.told_ahead)
        self._seen = OrderedDict.fromkeys(self._carried)

    @callback
    def start(self, _: HomeAssistant | None = None) -> None:
        """Listen, if the user wants that. What happens now is told to whoever is there by now."""
        if not self._coordinator.options.wants_events:
            return
        self._listening = self._run(self._listen())
        self._run(self._watch_status())
        if self._backfill:
            self._run(self._backfill.run())
        # Of people who are watched since then.
        pictureless = [told.moment for told in self._memory.people if told.picture is None]
        self._run(self._show_past([moment for moment in pictureless if person_of(moment) in self._memory.watched]))

    async def async_stop(self, _: Event | None = None) -> None:
        """Stop listening; what was not told yet is told after the next start."""
        self._stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._memory.async_close()

    def _stop(self) -> None:
        self._listening = None
        self.audience.close()
        for pending in self._pending.values():
            if pending.timer:
                pending.timer.cancel()
        self._lines.clear()
        self._pending.clear()
        for task in self._tasks:
            task.cancel()

    def last(self, subject: Item, slot: Slot) -> Told | None:
        """Return what happened last."""
        return self._memory.last(subject, slot)

    @property
    def names(self) -> list[str]:
        """Return the names of people as they were seen, latest first."""
        return [told.moment.subject for told in self._memory.people if told.moment.subject]

    @callback
    def keep_people(self, people: Set[str]) -> None:
        """Never forget when these were seen last, and have a picture of it."""
        if self._memory.keep_people(people) and self._listening:
            # The source knows how far it has read of those who are not watched any more.
            self._listening.cancel()
            self._listening = self._run(self._listen())

    def last_of_person(self, person: str) -> Told | None:
        """Return when a person was seen last, by what `person_of` says."""
        return self._memory.last_of_person(person)

    def lasts_until(self, subject: Item, kinds: frozenset[MomentKind]) -> datetime | None:
        """Return until when, at most, a moment of these kinds lasts; None for nothing at present."""
        started = [told.moment.start for told in self._memory.open(subject) if told.moment.kind in kinds]
        return max(started) + LONGEST if started else None

    async def async_picture(self, told: Told) -> str | None:
        """Return a moment's picture in the store; one that is not kept any more is asked for again."""
        if told.picture and told.picture in self.pictures:
            return told.picture
        return await self._thumbnails.fetch(told.moment, Urgency.PERSON)

    async def async_picture_of(self, ref: PictureRef) -> str | None:
        """Return a picture of the vendor's in the store, for somebody in front of a screen."""
        return await self._thumbnails.fetch_as(ref.id, ref, Urgency.PERSON)

    @callback
    def watch_status(self, wake: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Wake when moments arrive in another way, or with another delay."""
        self._status_watchers.append(wake)
        return lambda: self._status_watchers.remove(wake)

    def _interest_changed(self) -> None:
        # What it has become is found out when somebody asks: thousands of entities are added one after the other.
        self._wanted = None
        if self._backfill:
            self._backfill.look()

    def _wants(self) -> Wanted:
        if self._wanted is None:
            subjects = (subject.id for subject in self.audience.subjects if subject.field != "servers")
            self._wanted = Wanted({Part.MOMENTS: frozenset(subjects)})
        return self._wanted

    def _subjects(self) -> frozenset[Item]:
        return self.audience.subjects

    async def _listen(self) -> None:
        while True:
            try:
                async with aclosing(self._source.listen(self._memory.watermark, self._wants)) as batches:
                    async for batch in batches:
                        self._take(batch)
            except Exception:
                _LOGGER.exception("Unexpected error listening to %s", self._coordinator.name)
            await asyncio.sleep(_LISTEN_AGAIN)

    async def _watch_status(self) -> None:
        while True:
            self._look_at_status()
            await asyncio.sleep(_STATUS_INTERVAL)

    @callback
    def _look_at_status(self) -> None:
        if (status := self._source.status) != self._status:
            self._status = status
            for wake in list(self._status_watchers):
                try:
                    wake()
                except Exception:
                    _LOGGER.exception("Unexpected error showing how moments of %s arrive", self._coordinator.name)

    @callback
    def _take(self, batch: Batch) -> None:
        progress = _Progress(batch.watermark)
        arrived, received = datetime.now(UTC), self._hass.loop.time()
        new = {moment.id: moment for moment in batch.moments if moment.id not in self._seen}
        repeated = [moment.id for moment in batch.moments if moment.id not in new and moment.id not in self._pending]
        # All before the first is told, or the batch would seem to be done with it.
        progress.pending.update(new)
        progress.told += repeated
        self._batches.append(progress)
        self._carried.difference_update(repeated)
        # Of many late moments only the last ones are shown.
        shown = self._last_of(new.values(), _PICTURED) if batch.late else new.keys()
        for moment in new.values():
            self._remember(moment.id)
            news = News.LATE if batch.late else News.LIVE
            pending = _Pending(moment, news, arrived, received, progress)
            if moment.id in shown:
                self._fetch_for(pending)
            self._queue(pending)
        for moment in batch.updates:
            self._update(moment, arrived)
        if any(moment.kind in OF_PHOTOS for moment in (*new.values(), *batch.updates)):
            # What a library holds is its state: it shows what happened only when it is asked for again.
            self._run(self._coordinator.async_request_refresh())
        self._commit()
        self._look_at_status()

    def _remember(self, moment: str) -> None:
        self._seen[moment] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    def _last_of(self, moments: Iterable[Moment], slots: Collection[Slot] = tuple(Slot)) -> Set[str]:
        """Return the ids of the last moments of each subject in each slot, and of each watched person."""
        return {*{shown: moment.id for moment in moments for shown in self._shown_by(moment, slots)}.values()}

    def _shown_by(self, moment: Moment, slots: Collection[Slot]) -> Iterator[object]:
        """Yield what would show a moment if it were the last one."""
        subject = subject_of(moment)
        yield from ((subject, slot) for slot in slots_of(moment, self.kinds).intersection(slots))
        person = person_of(moment)
        if person in self._memory.watched:
            known = self._memory.last_of_person(person)
            if known is None or known.moment.start <= moment.start:
                yield person

    def _fetch_for(self, pending: _Pending) -> None:
        moment = pending.moment
        if moment.picture is None:
            return
        if content := moment.picture.content:
            pending.picture = self.pictures.put(moment.id, content)
            return
        pending.fetched = self._run(self._thumbnails.fetch(moment))
        pending.fetched.add_done_callback(lambda _: self._advance(subject_of(moment)))

    def _queue(self, pending: _Pending) -> None:
        subject = subject_of(pending.moment)
        self._pending[pending.moment.id] = pending
        self._lines.setdefault(subject, deque()).append(pending)
        self._advance(subject)

    @callback
    def _advance(self, subject: Item) -> None:
        """Tell those at the head of a line that need not wait any longer."""
        line = self._lines.get(subject)
        while line:
            pending = line[0]
            if pending.timer:
                pending.timer.cancel()
            until = pending.waits_until(self._coordinator.options.picture_wait)
            if until > self._hass.loop.time():
                pending.timer = self._hass.loop.call_at(until, self._advance, subject)
                return
            line.popleft()
            del self._pending[pending.moment.id]
            self._tell(pending)
        self._lines.pop(subject, None)

    def _tell(self, pending: _Pending) -> None:
        moment, fetched, picture = without_content(pending.moment), pending.fetched, pending.picture
        if fetched and fetched.done() and not fetched.cancelled():
            picture = fetched.result()
        self._announce(Told(moment=moment, news=pending.news, arrived=pending.arrived, picture=picture))
        if fetched and not fetched.done():
            self._show_when_fetched(moment, fetched)
        pending.progress.pending.discard(moment.id)
        pending.progress.told.append(moment.id)
        self._commit()

    def _update(self, moment: Moment, arrived: datetime) -> None:
        if pending := self._pending.get(moment.id):
            pending.moment = moment
            if pending.picture is None and pending.fetched is None:
                self._fetch_for(pending)
            self._advance(subject_of(moment))
            return
        known = self._memory.known(moment)
        told = Told(moment=moment, news=News.UPDATE, arrived=known.arrived if known else arrived)
        self._announce(replace(told, picture=known.picture) if known else told)
        if known and known.picture is None and _brings_picture(moment, known.moment):
            self._show_when_fetched(moment, self._run(self._thumbnails.fetch(moment)))

    def _show_when_fetched(self, moment: Moment, fetched: asyncio.Task[str | None]) -> None:
        """Show a picture that comes after its moment was told, unless something else has happened since."""

        def show(task: asyncio.Task[str | None]) -> None:
            if not task.cancelled() and (picture := task.result()) and (known := self._memory.known(moment)):
                self._announce(replace(known, news=News.UPDATE, picture=picture))

        fetched.add_done_callback(show)

    async def _show_past(self, moments: list[Moment]) -> None:
        """Show what was last, without telling anybody that it happens."""
        for moment in moments:
            self._memory.meet(Told(moment=without_content(moment), news=News.PAST, arrived=datetime.now(UTC)))
        shown, pictured = self._last_of(moments), self._last_of(moments, _PICTURED)
        for moment in (moment for moment in moments if moment.id in shown):
            picture = await self._thumbnails.fetch(moment, Urgency.BACKGROUND) if moment.id in pictured else None
            self._announce(
                Told(moment=without_content(moment), news=News.PAST, arrived=datetime.now(UTC), picture=picture)
            )

    def _announce(self, told: Told) -> None:
        slots = slots_of(told.moment, self.kinds)
        first = [slot for slot in slots if self.last(told.subject, slot) is None]
        self._memory.remember(told, slots)
        self.audience.tell(told, slots, first)

    def _commit(self) -> None:
        """Move the watermark behind the batches that have been told as a whole."""
        while self._batches and not self._batches[0].pending:
            progress = self._batches.popleft()
            if progress.watermark == self._memory.watermark:
                # One that has not moved does not cover the batch: only a later one does.
                self._uncovered += progress.told
            else:
                self._memory.watermark = progress.watermark
                self._uncovered.clear()
            self._memory.save()

    def _told_ahead(self) -> list[str]:
        """Return what was told behind the watermark, as far as it would be recognized after a restart."""
        told = (moment for progress in self._batches for moment in progress.told)
        return [*self._carried, *self._uncovered, *told][-_REMEMBERED:]

    def _run[T](self, work: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """Run something that ends with the hub."""
        task = self._hass.async_create_background_task(work, f"moments of {self._coordinator.name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _brings_picture(moment: Moment, before: Moment) -> bool:
    """Tell whether a picture may be had now that could not be had before: it, or its address, has only come now."""
    if moment.picture is None or before.picture is None:
        return moment.picture is not None
    return moment.picture.where is not None and before.picture.where is None
