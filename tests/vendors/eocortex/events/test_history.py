"""What happened, in either order, from one camera or all."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.video_analytics.vendors.eocortex.credentials import Credentials
from custom_components.video_analytics.vendors.eocortex.events import history as history_module
from custom_components.video_analytics.vendors.eocortex.events.history import EocortexHistory
from custom_components.video_analytics.vendors.eocortex.events.kinds import Kinds
from custom_components.video_analytics.vendors.eocortex.servers import Servers
from custom_components.video_analytics.vendors.eocortex.wire.events import EventKind
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.moments import EventQuery, MomentKind, Recognition
from tests.vendors.eocortex.system import camera_id
from tests.vendors.server import Server

from .rows import CAMERA, ZONE, event, face, plate
from .vms import FORMAT, Vms

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(minutes: float) -> str:
    """Return a time of the day."""
    return (NOON + timedelta(minutes=minutes)).strftime(FORMAT)


def query(**changes) -> EventQuery:
    """Ask for the hour after noon."""
    return EventQuery(**{"start": NOON, "end": NOON + HOUR, **changes})


@pytest.fixture
def vms(server: Server, elsewhere: Server) -> Vms:
    """A system of two servers."""
    vms = Vms(server, elsewhere)
    vms.archive = [
        *(plate(f"A{number}", at(number)) for number in range(20)),
        *(face(f"B{number}", at(number + 0.5), ChannelId=camera_id(2)) for number in range(20)),
        event(ZONE, at(30)),
        plate("Before", at(-5)),
        plate("After", at(65)),
    ]
    return vms


@pytest.fixture
async def history(http: Http, vms: Vms, credentials: Credentials) -> EocortexHistory:
    """The system's history."""
    servers = Servers(http, vms.servers[0].url, credentials)
    servers.learn(*await servers.configuration())
    kinds = Kinds([EventKind(id=ZONE, name="Something else")])
    return EocortexHistory(
        servers,
        lambda camera: list(servers.links.values())[camera == camera_id(2)],
        lambda link: kinds,
        lambda: frozenset({"stolen"}),
    )


async def found(history: EocortexHistory, **changes) -> list[str | None]:
    """Return who was found."""
    return [moment.subject or moment.name async for moment in history.events(query(**changes))]


async def test_all_of_a_period(history: EocortexHistory):
    everything = [text for number in range(20) for text in (f"A{number}", f"B{number} Petrov")]
    assert await found(history, newest_first=False) == [*everything, "Something else"]
    assert await found(history) == ["Something else", *reversed(everything)]


@pytest.mark.parametrize("newest_first", [True, False])
async def test_page_by_page(history: EocortexHistory, vms: Vms, monkeypatch, newest_first):
    monkeypatch.setattr(history_module, "PAGE", 7)
    vms.archive += [plate(f"Same{number}", at(10)) for number in range(5)]
    assert len(await found(history, newest_first=newest_first)) == 46
    assert len(await found(history, newest_first=newest_first, limit=30)) == 30
    assert vms.asked("/archive_events") > 8


@pytest.mark.parametrize("newest_first", [True, False])
async def test_more_in_a_second_than_a_page_holds(history: EocortexHistory, vms: Vms, monkeypatch, newest_first):
    monkeypatch.setattr(history_module, "PAGE", 3)
    vms.archive = [plate("A", at(1)), *(plate(f"B{number}", at(2)) for number in range(5)), plate("C", at(3))]
    answer = await found(history, newest_first=newest_first)
    assert {"A", "C"} <= set(answer)
    assert len(answer) == len(set(answer)) == 5


async def test_one_camera_some_kinds_and_a_limit(history: EocortexHistory, vms: Vms):
    assert await found(history, camera=camera_id(2), limit=2) == ["B19 Petrov", "B18 Petrov"]
    assert [server.paths.count("/archive_events") for server in vms.servers] == [0, 1]
    faces = frozenset({MomentKind.FACE})
    assert len(await found(history, kinds=faces)) == 20
    assert await found(history, camera=CAMERA, kinds=faces) == []
    assert await found(history, kinds=frozenset({MomentKind.OTHER})) == ["Something else"]


async def test_groups_to_intercept(history: EocortexHistory, vms: Vms):
    vms.archive = [plate("A", at(1), groups="Stolen"), plate("B", at(2))]
    moments = [moment async for moment in history.events(query(newest_first=False))]
    assert [moment.recognition for moment in moments] == [Recognition.WANTED, Recognition.KNOWN]


async def test_what_needs_no_request(history: EocortexHistory, vms: Vms):
    for changes in ({"limit": 0}, {"person": "p"}, {"end": NOON - HOUR}, {"kinds": frozenset({MomentKind.PET})}):
        assert await found(history, **changes) == []
    assert not vms.asked("/archive_events")


async def test_what_cannot_be_read_is_left_out(history: EocortexHistory, vms: Vms):
    vms.answers["/archive_events"] = 200, [{"EventId": ZONE}, plate("A", at(1)), plate("B", at(70))]
    assert set(await found(history)) == {"A"}
