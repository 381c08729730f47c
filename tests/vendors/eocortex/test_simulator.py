"""Against the simulated system, a process of its own that reads the vendor's documents for itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from typing import Any

import aiohttp
import av
import pytest

from custom_components.video_analytics.vendors.eocortex import VENDOR
from custom_components.video_analytics.vendors.eocortex.account import EocortexAccount
from custom_components.video_analytics.vendors.errors import NotFound, SignInFailed
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.media import StreamAddress, StreamKind, StreamProtocol
from custom_components.video_analytics.vendors.models.state import AccountState, Feature, Part, StreamIssue, Wanted
from tests.simulator.client import Simulator

CAMERAS = 4
READINGS: tuple[dict[str, Any], ...] = (
    {},
    {"bom": False, "preamble": False},
    {"string_ports": False, "fractions": "0"},
    {"booleans": "title"},
    {"booleans": "lower", "revision": "both", "people_counting": "both"},
    {"keys": "camel"},
    {"keys": "lower"},
    {"listing": "all", "foreign_cameras": False},
    {"good_status": "OK", "stream_statuses": "list"},
    {"stream_statuses": "object", "channel": "full"},
    {"configure_elsewhere": "served", "put_answer": "body"},
    {"image_type": False, "put": "merge"},
    {"extra_fields": True, "online_state": "Connected"},
    {"api_for": "senior", "configure_needs": "ultra"},
)


@pytest.fixture(scope="module")
def process() -> Iterator[Simulator]:
    """A process for these tests."""
    simulator = Simulator.launch(vendor="eocortex", cameras=CAMERAS)
    yield simulator
    assert simulator.stop() == 0


@pytest.fixture
async def simulator(process: Simulator) -> Simulator:
    """The simulator, put back to its start."""
    await process.reset()
    return process


@pytest.fixture
async def account(simulator: Simulator, http: Http) -> AsyncIterator[EocortexAccount]:
    """The system, seen by its administrator."""
    account = opened(http, simulator)
    yield account
    await account.close()


def opened(http: Http, simulator: Simulator, **values: Any) -> EocortexAccount:
    """Open the system as somebody."""
    return VENDOR.open(http, {**simulator.credentials, "url": simulator.url, **values}, "id")


async def fetch(account: EocortexAccount) -> AccountState:
    """Return all there is to know."""
    state = await account.fetch(None, Wanted())
    everybody = frozenset(state.cameras)
    return await account.fetch(state, Wanted({Part.CAMERA_STATUS: everybody, Part.MODULES: everybody}))


async def ids_of(simulator: Simulator) -> list[str]:
    """Return the cameras."""
    return [str(camera["Id"]) for camera in await simulator.cameras()]


@pytest.mark.parametrize("reading", READINGS, ids=str)
async def test_every_reading_of_the_documents(simulator: Simulator, account: EocortexAccount, reading):
    await simulator.quirks(**reading)
    state = await fetch(account)
    assert set(state.cameras) == set(await ids_of(simulator))
    for camera in state.cameras.values():
        assert camera.online is True
        assert camera.recording is not None
        assert camera.server in state.servers
        assert len(camera.places) == 2
        assert camera.stream_issue is StreamIssue.NONE
        assert camera.receive_rate
        assert camera.receive_rate > 0
        assert len(camera.modules) == 6
        assert {Feature.LIVE, Feature.STILL, Feature.ARCHIVE} <= camera.supports
    assert [server.online for server in state.servers.values()] == [True, True]
    assert state.licenses
    first = next(iter(state.cameras))
    assert (await account.stills.still(first, width=160)).content_type == "image/jpeg"
    protocols = [address.protocol for address in await account.live.open(first, StreamKind.MAIN)]
    assert protocols[-2:] == [StreamProtocol.HLS, StreamProtocol.MJPEG]


@pytest.mark.parametrize("put", ["replace", "merge"])
@pytest.mark.parametrize("module", ["facescomplete", "queuecounter", "platesstandard"])
async def test_switching_a_module_changes_nothing_else(simulator: Simulator, account: EocortexAccount, put, module):
    await simulator.quirks(put=put)
    state = await fetch(account)
    camera = state.cameras[(await ids_of(simulator))[0]]
    before = await settings(simulator, camera.id, module)
    on = not camera.modules[module]
    await account.modules.set_enabled(camera.id, module, on=on)
    assert await settings(simulator, camera.id, module) == {**before, "Enabled": on}
    after = await account.fetch(state, Wanted({Part.MODULES: frozenset({camera.id})}))
    assert after.cameras[camera.id].modules == {**camera.modules, module: on}


async def settings(simulator: Simulator, camera: str, module: str) -> dict[str, Any]:
    """Return a module's settings as they are."""
    address = f"{simulator.control}/cameras/{camera}/modules/{module}"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        found: dict[str, Any] = await answer.json()
        return found


@pytest.mark.parametrize("reading", [{"login_failed": kind} for kind in ("status", "html", "html_200")], ids=str)
async def test_a_wrong_password(simulator: Simulator, http: Http, reading):
    await simulator.quirks(**reading)
    with pytest.raises(SignInFailed, match="licence"):
        await opened(http, simulator, password="wrong").identify()


async def test_a_licence_that_is_not_activated(simulator: Simulator, account: EocortexAccount):
    await simulator.setup(activated=False)
    with pytest.raises(SignInFailed, match="licence"):
        await account.identify()


async def test_a_user_of_a_directory(simulator: Simulator, http: Http):
    login = "novikov@ent.example.com"
    await simulator.add_user(login, "Пароль 1", kind="ActiveDirectory")
    account = opened(http, simulator, login=login, password="Пароль 1", user_type="active_directory")
    assert (await account.identify()).id == (await opened(http, simulator).identify()).id
    with pytest.raises(SignInFailed):
        await opened(http, simulator, login=login, password="Пароль 1").identify()


async def test_an_operator_sees_what_operators_may_see(simulator: Simulator, http: Http):
    await simulator.quirks(api_for="senior")
    await simulator.add_user("operator", "")
    account = opened(http, simulator, login="operator", password="")
    state = await fetch(account)
    assert account.modules is None
    for camera in state.cameras.values():
        assert camera.online is True
        assert camera.modules == {}
        assert not {Feature.RATES, Feature.PROBLEM} & camera.supports


async def test_a_module_that_is_not_licensed(simulator: Simulator, account: EocortexAccount):
    await simulator.setup(queuecounter=False)
    state = await fetch(account)
    assert all("queuecounter" not in camera.modules for camera in state.cameras.values())
    assert all(len(camera.modules) == 5 for camera in state.cameras.values())


async def test_a_camera_loses_its_connection_within_one_poll(simulator: Simulator, account: EocortexAccount):
    state = await fetch(account)
    one, *others = await ids_of(simulator)
    await simulator.patch_camera(one, online=False)
    after = await account.fetch(state, Wanted())
    assert after.cameras[one].online is False
    assert all(after.cameras[other].online for other in others)
    with pytest.raises(NotFound):
        await account.stills.still(one)


async def test_one_silent_server(
    simulator: Simulator, account: EocortexAccount, later: Callable[[float], None], http: Http
):
    state = await account.fetch(None, Wanted())
    servers = list(state.servers)
    await simulator.refuse(server=servers[1])
    assert await account.fetch(state, Wanted()) is state
    later(91)
    after = await account.fetch(state, Wanted())
    for camera in after.cameras.values():
        assert camera.online is (camera.server == servers[0])
    await simulator.refuse(False, server=servers[1])
    await simulator.refuse(server=servers[0])
    later(601)
    after = await account.fetch(after, Wanted())
    for camera in after.cameras.values():
        assert camera.online is (camera.server == servers[1])


async def test_a_camera_moves_to_another_server(simulator: Simulator, account: EocortexAccount, later):
    state = await account.fetch(None, Wanted())
    camera = next(iter(state.cameras.values()))
    other = next(server for server in state.servers if server != camera.server)
    await simulator.patch_camera(camera.id, AttachedToServer=other)
    later(601)
    after = await account.fetch(state, Wanted())
    assert (after.cameras[camera.id].server, after.cameras[camera.id].online) == (other, True)


@pytest.mark.parametrize(
    ("protocol", "stream"),
    [
        (StreamProtocol.RTSP, StreamKind.MAIN),
        (StreamProtocol.RTSP, StreamKind.SUB),
        (StreamProtocol.HLS, StreamKind.MAIN),
    ],
)
async def test_live_video_plays(simulator: Simulator, account: EocortexAccount, protocol, stream):
    if protocol is StreamProtocol.RTSP and simulator.announced["rtsp_missing"]:
        pytest.skip(f"no RTSP: {simulator.announced['rtsp_missing']}")
    state = await account.fetch(None, Wanted())
    camera = next(key for key, found in state.cameras.items() if Feature.SUB_STREAM in found.supports)
    found = [address for address in await account.live.open(camera, stream) if address.protocol is protocol]
    assert await asyncio.to_thread(_width, found[0]) > 0


def _width(address: StreamAddress) -> int:
    options = {"rtsp_transport": "tcp"} if address.protocol is StreamProtocol.RTSP else {}
    with closing(av.open(address.url.reveal(), options=options, timeout=20)) as container:
        return next(container.decode(video=0)).width
