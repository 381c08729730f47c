"""Against the simulated system, which reads the vendor's documents for itself."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest

from custom_components.video_analytics.vendors.eocortex import VENDOR
from custom_components.video_analytics.vendors.eocortex.counters import Counters
from custom_components.video_analytics.vendors.eocortex.events.history import EocortexHistory
from custom_components.video_analytics.vendors.eocortex.events.source import EocortexMoments
from custom_components.video_analytics.vendors.eocortex.groups import Groups
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.moments import EventQuery, MomentKind, Recognition
from custom_components.video_analytics.vendors.models.state import Wanted
from tests.simulator.client import Simulator

READINGS: tuple[dict[str, Any], ...] = (
    {},
    {"bom_between": True, "event_chunk": 7},
    {"split_events": True, "event_lists": True},
    {"event_fields": "2015", "detail_keys": "pascal"},
    {"face_pictures": "large", "event_chunk": 1000},
    {"events_of": "all", "keys": "lower", "booleans": "title"},
    {"archive_channels": "cameraIds", "archive_answer": "object"},
    {"event_clock": "local", "event_dates": "dots", "decimals": "point"},
    {"event_clock": "mixed", "event_dates": "short_hour", "language": "ru"},
    {"counting_path": "singular", "counters": "list"},
    {"face_module": "basic", "most_groups": 2},
    {"car_groups_need_module": True, "car_modules": "object"},
    {"car_groups_need_module": True, "car_modules": "names"},
)


@pytest.fixture(scope="module")
def process() -> Iterator[Simulator]:
    """A process for these tests."""
    simulator = Simulator.launch(vendor="eocortex", cameras=2)
    yield simulator
    assert simulator.stop() == 0


@pytest.mark.parametrize("reading", READINGS, ids=str)
async def test_every_reading_of_the_documents(process: Simulator, http: Http, reading):
    await process.reset()
    await process.quirks(**reading)
    account = VENDOR.open(http, {**process.credentials, "url": process.url}, "id")
    state = await account.fetch(None, Wanted())
    camera = next(iter(state.cameras))
    groups = Groups(account._servers)
    await groups.refresh()
    assert groups.wanted == {"watch list"}
    source = EocortexMoments(http, account._servers, account._link, account.stills, lambda: groups.wanted)
    told: dict[MomentKind, int] = {}
    wanted = False
    async with asyncio.timeout(30), aclosing(source.listen(None, Wanted)) as batches:
        async for batch in batches:
            if source.status.connected and not told:
                told[MomentKind.OTHER] = 0
                for kind in ("face", "plate", "external"):
                    await process.inject_event(camera, kind=kind)
                await process.inject_event(camera, kind="face", groups="Staff, Watch list", lastName="Crane")
            assert not batch.late
            for moment in batch.moments:
                wanted |= moment.recognition is Recognition.WANTED
                told[moment.kind] = told.get(moment.kind, 0) + 1
                if moment.kind is MomentKind.PLATE:
                    assert moment.subject
                if moment.kind is MomentKind.FACE:
                    assert moment.picture
            if wanted and {MomentKind.FACE, MomentKind.PLATE, MomentKind.EXTERNAL} <= told.keys():
                break
    history = EocortexHistory(account._servers, account._link, wanted_groups=lambda: groups.wanted)
    query = EventQuery(
        camera=camera, start=http.present - timedelta(hours=1), end=http.present + timedelta(minutes=1), limit=50
    )
    found = [moment async for moment in history.events(query)]
    assert {MomentKind.FACE, MomentKind.PLATE} <= {moment.kind for moment in found}
    assert Recognition.WANTED in {moment.recognition for moment in found}
    counters = Counters()
    await counters.refresh(account._servers.links, looked_at=True)
    assert counters.zones
    await account.close()
