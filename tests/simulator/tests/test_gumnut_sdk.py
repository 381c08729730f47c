"""The vendor's own SDK against the simulator: it reads everything it reads from the real service.

The SDK is no dependency of anything here. `uv run --group gumnut-sdk pytest tests/simulator/tests/test_gumnut_sdk.py`
installs and uses it; without it these tests are skipped.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
import io
from typing import Any, cast

import pytest

from ..client import Simulator

gumnut = pytest.importorskip("gumnut", reason="gumnut-sdk is not installed")

ANNA = "Anna Lindqvist"
SOFIA = "Sofia Novak"
JPEG = b"\xff\xd8"


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


@pytest.fixture
async def sdk(simulator: Simulator) -> AsyncIterator[Any]:
    """The SDK, which takes every answer as it is documented: a field of another kind is an error here."""
    async with gumnut.AsyncGumnut(
        api_key=simulator.credentials["key"], base_url=simulator.url, max_retries=0, _strict_response_validation=True
    ) as client:
        yield client


@pytest.fixture
async def people(simulator: Simulator) -> dict[str, str]:
    """The ids of people by name."""
    return cast(dict[str, str], (await simulator.libraries())[0]["people"])


async def everything(pages: Any) -> list[Any]:
    """Read all pages."""
    return [item async for item in pages]


async def test_server_user_and_libraries(sdk: Any) -> None:
    assert await sdk.ping.get() == "pong"
    user = await sdk.users.me()
    assert user.first_name == "Anna"
    (library,) = await sdk.libraries.list()
    assert (library.name, library.asset_count, library.role) == ("Harbour House", 60, "owner")
    assert (await sdk.libraries.retrieve(library.id)).owner.id == user.id


async def test_assets(sdk: Any, simulator: Simulator, people: dict[str, str]) -> None:
    photo = await simulator.add_photo(ANNA, SOFIA, place=5)
    assets = await everything(
        sdk.assets.list(limit=25, include=["metadata", "faces", "people", "file_data", "variants"])
    )
    assert len(assets) == 61
    assert assets[0].id == photo
    assert {person.name for person in assets[0].people} == {ANNA, SOFIA}
    assert {face.person_id for face in assets[0].faces} == {people[ANNA], people[SOFIA]}
    assert assets[0].metadata.display_label == "Harbour House, Hamburg, Germany"
    assert assets[0].file_data.file_size_bytes == assets[0].file_size_bytes
    assert {"thumbnail", "small", "preview", "fullsize", "original"} == set(assets[0].asset_urls)
    lean = await sdk.assets.retrieve(photo)
    assert (lean.metadata, lean.people, lean.faces, list(lean.asset_urls)) == (None, None, None, ["thumbnail"])
    both = await everything(sdk.assets.list(person_ids=[people[ANNA], people[SOFIA]]))
    assert photo in {asset.id for asset in both}
    assert [asset.id for asset in await everything(sdk.assets.list(ids=[photo, assets[3].id]))] == [photo, assets[3].id]
    since = datetime.now(UTC) - timedelta(minutes=5)
    assert [asset.id for asset in await everything(sdk.assets.list(local_datetime_after=since))] == [photo]
    assert len(await everything(sdk.assets.list(media_type="video", order="asc"))) == 3
    here = await everything(sdk.assets.list(center="9.9699,53.5479", radius=30))
    assert photo in {asset.id for asset in here}


async def test_counts(sdk: Any) -> None:
    counts = await sdk.assets.counts(group_by="month")
    assert sum(bucket.count for bucket in counts.data) == 60
    assert not counts.has_more
    with pytest.raises(gumnut.UnprocessableEntityError):
        await sdk.assets.counts(group_by="month", local_datetime_after=datetime.now(UTC))


async def test_upload_change_and_trash(sdk: Any) -> None:
    details: dict[str, Any] = {
        "device_asset_id": "1",
        "device_id": "sdk",
        "file_created_at": datetime(2026, 4, 10, 8, tzinfo=UTC),
        "file_modified_at": datetime(2026, 4, 10, 8, tzinfo=UTC),
    }
    asset = await sdk.assets.create(asset_data=("gate.jpg", io.BytesIO(JPEG + b"bytes")), **details)
    assert asset.original_file_name == "gate.jpg"
    again = await sdk.assets.with_raw_response.create(asset_data=("other.jpg", JPEG + b"bytes"), **details)
    assert again.status_code == 200
    assert (await again.parse()).id == asset.id
    changed = await sdk.assets.update_asset(asset.id, rating=5, description="The gate")
    assert (changed.metadata.rating, changed.metadata.description) == (5, "The gate")
    await sdk.assets.trash(ids=[asset.id])
    assert asset.id not in {found.id for found in await everything(sdk.assets.list(limit=200))}
    assert (await sdk.assets.retrieve(asset.id)).trashed_at
    await sdk.assets.restore(ids=[asset.id])
    await sdk.assets.delete(asset.id)
    with pytest.raises(gumnut.NotFoundError):
        await sdk.assets.retrieve(asset.id)
    with pytest.raises(gumnut.UnprocessableEntityError):
        await sdk.assets.create(asset_data=("gate.pdf", b"bytes"), **details)


async def test_people(sdk: Any, people: dict[str, str]) -> None:
    named = await everything(sdk.people.list(limit=3, sort="name_asc", include=["cluster_metrics"]))
    assert [person.name for person in named] == sorted(people)
    assert named[0].cluster_metrics.face_count == named[0].asset_count
    assert (await everything(sdk.people.list(name="anna")))[0].birth_date == date(1988, 4, 12)
    assert len(await everything(sdk.people.list(name_filter="all", include_hidden=True))) == len(named) + 2
    added = await sdk.people.create(name="Ines", birth_date=date(2001, 2, 3))
    assert (await sdk.people.update(added.id, is_favorite=True)).is_favorite
    with pytest.raises(gumnut.ConflictError):
        await sdk.people.update(added.id, name=ANNA)
    assert (await sdk.people.merge(people[ANNA], source_person_ids=[added.id])).name == ANNA
    with pytest.raises(gumnut.NotFoundError):
        await sdk.people.retrieve(added.id)
    await sdk.people.delete(people[SOFIA])


async def test_faces(sdk: Any, simulator: Simulator, people: dict[str, str]) -> None:
    photo = await simulator.add_photo(ANNA)
    (face,) = await everything(sdk.faces.list(asset_id=photo, include=["cluster_assignment"]))
    assert (face.person_id, face.source) == (people[ANNA], "automatic")
    assert face.cluster_assignment.candidates
    assert (await sdk.faces.update(face.id, person_id=None)).person_id is None
    assert (await sdk.faces.update(face.id, person_id=people[SOFIA])).person_id == people[SOFIA]
    box = {"x": 10, "y": 20, "w": 30, "h": 40}
    added = await sdk.faces.create(asset_id=photo, bounding_box=box, person_id=people[ANNA])
    assert (added.source, added.bounding_box) == ("manual", box)
    assert (await sdk.faces.retrieve(added.id)).confidence is None
    with pytest.raises(gumnut.UnprocessableEntityError):
        await sdk.faces.create(asset_id=photo, bounding_box={**box, "w": 5000})
    await sdk.faces.delete(added.id)
    assert len(await everything(sdk.faces.list(asset_id=photo))) == 1


async def test_albums(sdk: Any, simulator: Simulator) -> None:
    photo = await simulator.add_photo(ANNA)
    albums = await everything(sdk.albums.list(limit=1))
    assert [album.name for album in albums] == ["Family", "Staff"]
    album = await sdk.albums.create(name="Summer")
    added = await sdk.albums.assets_associations.add(album.id, asset_ids=[photo, "asset_gone"])
    assert (added.added_assets, added.not_found_assets) == ([photo], ["asset_gone"])
    assert (await sdk.albums.retrieve(album.id)).album_cover_asset_id == photo
    assert [asset.id for asset in await everything(sdk.assets.list(album_id=album.id))] == [photo]
    await sdk.albums.assets_associations.remove(album.id, asset_ids=[photo])
    assert (await sdk.albums.retrieve(album.id)).asset_count == 0


async def test_search(sdk: Any, simulator: Simulator, people: dict[str, str]) -> None:
    photo = await simulator.add_photo(ANNA, place=5)
    found = await sdk.search.search(query="kitchen", person_ids=[people[ANNA]], limit=2, include=["people"])
    assert found.data[0].asset.id == photo
    second = await sdk.search.search(query="harbour", limit=50, page=2)
    assert (len(second.data), second.has_more) == (11, False)
    variants = (await sdk.assets.retrieve(photo, include=["variants"])).asset_urls
    picture = (await sdk._client.get(variants["preview"].url)).content
    alike = await sdk.search.search_assets(image=("picture.jpg", picture), limit=1)
    assert alike.data[0].asset.id == photo
    with pytest.raises(gumnut.UnprocessableEntityError):
        await sdk.search.search(center="9.9,53.5", radius=5)


async def test_tasks(sdk: Any, simulator: Simulator) -> None:
    await simulator.quirks(processing_seconds=60)
    photo = await simulator.add_photo(ANNA)
    (task,) = await sdk.tasks.list(status="pending")
    assert task.asset_id == photo


async def test_the_feed(sdk: Any, simulator: Simulator) -> None:
    cursor, read = None, 0
    while True:
        page = await sdk.events.get(limit=150, **({"after_cursor": cursor} if cursor else {}))
        read += len(page.data)
        cursor = page.next_cursor
        if not page.has_more:
            break
    assert read > 300
    photo = await simulator.add_photo(ANNA)
    page = await sdk.events.get(after_cursor=cursor, entity_types=["asset", "face"])
    assert (page.data[0].entity_id, page.data[0].event_type) == (photo, "asset_created")
    assert page.data[-1].payload["previous_person_id"] is None
    await simulator.restore_feed()
    with pytest.raises(gumnut.BadRequestError):
        await sdk.events.get(after_cursor=cursor)


async def test_keys(sdk: Any, simulator: Simulator) -> None:
    key = await simulator.key("add", actions=["read"])
    reader = sdk.with_options(api_key=key)
    assert await reader.libraries.list()
    with pytest.raises(gumnut.PermissionDeniedError):
        await reader.people.create(name="Ines")
    with pytest.raises(gumnut.AuthenticationError):
        await sdk.with_options(api_key="apikey_nobody").libraries.list()
