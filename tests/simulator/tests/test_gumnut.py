"""The simulated Gumnut by hand: what its client does not ask for, and what the control port does to it."""

from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from typing import Any

import aiohttp
import pytest

from ..client import ControlError, Simulator
from ..gumnut.drawing import SIZE, Scene
from ..gumnut.ids import make_id
from ..world import Person, World

ANNA = "Anna Lindqvist"


@pytest.fixture(scope="module")
def process() -> Iterator[Simulator]:
    """A process for these tests."""
    simulator = Simulator.launch(vendor="gumnut")
    yield simulator
    assert simulator.stop() == 0


@pytest.fixture
async def simulator(process: Simulator, socket_enabled: None) -> Simulator:
    """The simulator, put back to its start."""
    await process.reset()
    return process


class Asker:
    """Asks with the key."""

    def __init__(self, simulator: Simulator, session: aiohttp.ClientSession) -> None:
        self._simulator = simulator
        self._session = session

    async def __call__(self, method: str, path: str, key: str | None = None, **options: Any) -> tuple[int, Any]:
        """Return status and JSON."""
        headers = {"Authorization": f"Bearer {key or self._simulator.credentials['key']}"}
        async with self._session.request(method, self._simulator.url + path, headers=headers, **options) as answer:
            return answer.status, await answer.json()

    async def fetch(self, url: str) -> int:
        """Return the status of a picture, without the key."""
        async with self._session.get(url) as answer:
            return answer.status


@pytest.fixture
async def ask(simulator: Simulator) -> AsyncIterator[Asker]:
    """Ask."""
    async with aiohttp.ClientSession() as session:
        yield Asker(simulator, session)


def test_ids_are_those_of_the_vendor() -> None:
    made = make_id("asset", "house", 7)
    assert made == make_id("asset", "house", 7) != make_id("asset", "house", 8)
    assert made.startswith("asset_")
    assert len(made.removeprefix("asset_")) == 22


def test_faces_are_inside_and_apart() -> None:
    world = World(1)
    people = [subject for subject in world.cast(0) if isinstance(subject, Person)]
    for number in range(1, 5):
        scene = Scene(world.place(0), 1_790_000_000.0, tuple(people[:number]))
        boxes = scene.boxes
        assert len(boxes) == number
        for x, y, width, height in boxes:
            assert min(x, y) >= 0
            assert x + width <= SIZE[0]
            assert y + height <= SIZE[1]
        for one, other in pairwise(boxes):
            assert one[0] + one[2] < other[0]


async def test_the_library_is_the_same_after_a_reset(simulator: Simulator) -> None:
    (before,) = await simulator.libraries()
    await simulator.add_photo(ANNA)
    await simulator.add_library("Holidays")
    await simulator.reset()
    assert await simulator.libraries() == [before]


async def test_the_library_grows_with_the_clock(simulator: Simulator, ask: Asker) -> None:
    await simulator.advance(4 * 1800 + 1)
    _, page = await ask("GET", "/api/assets?limit=200")
    assert len(page["data"]) == 64
    await simulator.quirks(photo_minutes=0)
    await simulator.advance(86_400)
    _, page = await ask("GET", "/api/assets?limit=200")
    assert len(page["data"]) == 64
    await simulator.quirks(photo_minutes=1)
    await simulator.advance(86_400)
    _, library = await ask("GET", f"/api/libraries/{(await simulator.libraries())[0]['id']}")
    assert library["asset_count"] == 264  # of a jump not everything is caught up with


async def test_signed_addresses_expire_and_belong_to_one_picture(simulator: Simulator, ask: Asker) -> None:
    photo = await simulator.add_photo(ANNA)
    _, asset = await ask("GET", f"/api/assets/{photo}?include=variants")
    preview, small = asset["asset_urls"]["preview"]["url"], asset["asset_urls"]["small"]["url"]
    assert await ask.fetch(preview) == 200
    assert await ask.fetch(preview.replace("preview", "small")) == 403
    _, again = await ask("GET", f"/api/assets/{photo}?include=variants")
    assert again["asset_urls"]["preview"]["url"] != preview
    await simulator.advance(301)
    assert await ask.fetch(small) == 403
    await simulator.quirks(signed="stable")
    _, asset = await ask("GET", f"/api/assets/{photo}")
    stable = asset["asset_urls"]["thumbnail"]["url"]
    await simulator.advance(86_400)
    assert await ask.fetch(stable) == 200
    _, again = await ask("GET", f"/api/assets/{photo}")
    assert again["asset_urls"]["thumbnail"]["url"] == stable


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/assets?limit=0", 422),
        ("/api/assets?limit=201", 422),
        ("/api/assets?limit=x", 422),
        ("/api/assets?include=metrics", 422),
        ("/api/assets?order=upwards", 422),
        ("/api/assets?center=1,2", 422),
        ("/api/assets?center=1,2&radius=50001", 422),
        ("/api/assets?center=1,2&radius=5&bbox=1,2,3,4", 422),
        ("/api/assets?bbox=1,2,3", 422),
        ("/api/assets?local_datetime_after=yesterday", 422),
        ("/api/assets?local_datetime_after=2026-01-01&local_datetime_before=2026-02-01T00:00:00Z", 422),
        ("/api/assets?starting_after_id=asset_gone", 400),
        ("/api/assets?library_id=lib_gone", 404),
        ("/api/assets?" + "&".join(f"ids=asset_{number}" for number in range(201)), 422),
        ("/api/assets/asset_gone", 404),
        ("/api/events?entity_types=camera", 400),
        ("/api/events?after_cursor=x", 400),
        ("/api/search", 422),
        ("/api/tasks/?library_id=lib_gone", 404),
        ("/api/tasks", 404),
        ("/api/cameras", 404),
    ],
)
async def test_requests_that_make_no_sense(ask: Asker, path: str, status: int) -> None:
    found, answer = await ask("GET", path)
    assert found == status
    assert answer["detail"]
    if status == 422:
        assert {"loc", "msg", "type", "input"} <= answer["detail"][0].keys()


async def test_commas_are_as_good_as_repeated_names(simulator: Simulator, ask: Asker) -> None:
    one, other = await simulator.add_photo(ANNA), await simulator.add_photo()
    for query in (f"ids={one}&ids={other}", f"ids={one},{other}"):
        _, page = await ask("GET", f"/api/assets?{query}")
        assert {asset["id"] for asset in page["data"]} == {one, other}


async def test_a_box_on_the_map(simulator: Simulator, ask: Asker) -> None:
    photo = await simulator.add_photo(place=7)
    for box, found in (("9.971,53.5486,9.972,53.5488", True), ("179,-90,-179,90", False), ("9,53,10,54", True)):
        _, page = await ask("GET", f"/api/assets?limit=200&bbox={box}")
        assert (photo in {asset["id"] for asset in page["data"]}) is found


async def test_counts_page_by_bucket(ask: Asker) -> None:
    counted, after = [], ""
    while True:
        _, page = await ask("GET", f"/api/assets/counts?group_by=day&limit=4{after}")
        counted += page["data"]
        if not page["has_more"]:
            break
        after = f"&starting_after_bucket={page['data'][-1]['time_bucket']}"
    assert sum(row["count"] for row in counted) == 60
    assert len({row["time_bucket"] for row in counted}) == len(counted)
    for group_by in ("week", "month", "year"):
        _, page = await ask("GET", f"/api/assets/counts?group_by={group_by}&order=asc")
        assert sum(row["count"] for row in page["data"]) == 60


@pytest.mark.parametrize(("status", "quirk"), [(400, "400"), (422, "422")])
async def test_a_library_has_to_be_named_where_there_are_several(
    simulator: Simulator, ask: Asker, status: int, quirk: str
) -> None:
    await simulator.quirks(library_missing=quirk)
    assert (await ask("GET", "/api/people"))[0] == 200
    await simulator.add_library("Holidays")
    assert (await ask("GET", "/api/people"))[0] == status


async def test_keys_that_may_do_less(simulator: Simulator, ask: Asker) -> None:
    other = await simulator.add_library("Holidays")
    reader = await simulator.key("add", actions=["read"], libraries=[other])
    assert (await ask("GET", "/api/people", reader))[1] == {"data": [], "has_more": False}
    assert (await ask("POST", "/api/people", reader, json={"name": "Ines"}))[0] == 403
    assert (await ask("DELETE", "/api/people/person_1", reader))[0] == 403
    await simulator.key("revoke", key=reader)
    assert (await ask("GET", "/api/people", reader))[0] == 401


async def test_deleting_for_good(simulator: Simulator, ask: Asker) -> None:
    photo = await simulator.add_photo(ANNA)
    _, faces = await ask("GET", f"/api/faces?asset_id={photo}")
    assert (await ask("DELETE", "/api/assets", json={"ids": [photo]}))[0] == 200
    assert (await ask("GET", f"/api/faces/{faces['data'][0]['id']}"))[0] == 404
    _, feed = await ask("GET", "/api/events?limit=200&entity_types=asset,face")
    while feed["has_more"]:
        _, feed = await ask("GET", f"/api/events?limit=200&entity_types=asset,face&after_cursor={feed['next_cursor']}")
    assert [change["event_type"] for change in feed["data"][-2:]] == ["face_deleted", "asset_deleted"]
    assert (await ask("POST", "/api/assets/trash", json={"ids": [photo]}))[0] == 404


async def test_the_control_port_knows_no_cameras(simulator: Simulator) -> None:
    assert await simulator.cameras() == []
    with pytest.raises(ControlError):
        await simulator.add_camera()
    with pytest.raises(ControlError):
        await simulator.patch_camera("x", online=False)
    with pytest.raises(ControlError):
        await simulator.add_photo("Nobody")
    with pytest.raises(ControlError):
        await simulator.patch_library((await simulator.libraries())[0]["id"], colour="red")  # type: ignore[arg-type]
    state = await simulator.state()
    assert state["vendor"] == "gumnut"


def test_it_announces_its_libraries(process: Simulator) -> None:
    assert process.credentials["key"].startswith("apikey_")
    assert list(process.announced["libraries"]) == ["Harbour House"]  # type: ignore[arg-type]
