"""A Faceter account as the rest of the integration sees it: signing in, and the state."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.video_analytics.vendors import load
from custom_components.video_analytics.vendors.budget import Budget
from custom_components.video_analytics.vendors.errors import (
    BadAddress,
    BadAnswer,
    NotFound,
    RateLimited,
    SignInFailed,
    Unreachable,
)
from custom_components.video_analytics.vendors.faceter.account import FaceterAccount
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.state import AccountState, Camera, Feature, Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.conftest import KEY
from tests.vendors.server import Server

from .conftest import Cloud, camera_id, camera_row

LIST = "/integration-api/v1/cameras"
VALIDATE = "/integration-api/v1/integration-key/validate"
ALWAYS = {
    Feature.LIVE,
    Feature.STILL,
    Feature.DETECTIONS,
    Feature.EVENT_PICTURES,
    Feature.MOTION,
    Feature.PEOPLE,
    Feature.VEHICLES,
    Feature.PETS,
    Feature.LAST_ONLINE,
}


@pytest.fixture
def rotated(http: Http, server: Server, cloud: Cloud) -> FaceterAccount:
    """The same account with another key."""
    return FaceterAccount(http, server.url / "integration-api", Secret("another-key"))


async def fetch(account: FaceterAccount, previous: AccountState | None = None) -> AccountState:
    """Ask for the state."""
    return await account.fetch(previous, Wanted())


async def test_signing_in(account: FaceterAccount, cloud: Cloud, server: Server):
    identity = await account.identify()
    assert server.paths == [VALIDATE, LIST]
    assert identity.title == "Faceter Main Office"
    assert identity.url == str(server.url / "integration-api")
    assert identity.proof == {camera_id(1), camera_id(2)}
    assert KEY not in repr(identity)


async def test_the_vendor_signs_in_with_what_was_typed(http: Http, cloud: Cloud, server: Server):
    vendor = load("faceter")
    values = {"url": f"http://127.0.0.1:{server.url.port}/", "key": f" {KEY}\n", "verify_tls": True}
    (identity,) = await vendor.accounts(http, values)
    assert identity.proof == {camera_id(1), camera_id(2)}
    assert [request.headers["X-Integration-Key"] for request in server.requests] == [KEY, KEY]
    account = vendor.open(http, values, identity.id)
    assert len(server.requests) == 2
    assert set((await account.fetch(None, Wanted())).cameras) == identity.proof
    await account.close()


@pytest.mark.parametrize("url", ["", "ftp://cloud.faceter.cam", "cloud faceter cam"])
async def test_an_address_that_is_none_is_said_so(http: Http, url):
    values = {"url": url, "key": KEY}
    with pytest.raises(BadAddress, match=r"^url: "):
        load("faceter").open(http, values, "id")
    with pytest.raises(BadAddress, match=r"^url: "):
        await load("faceter").accounts(http, values)


async def test_the_identity_survives_a_new_key(account: FaceterAccount, rotated: FaceterAccount):
    old, new = await account.identify(), await rotated.identify()
    assert old.id == new.id
    assert new.is_same_account(old.id, old.proof)


async def test_the_identity_is_the_same_on_every_machine_and_in_every_version(account: FaceterAccount):
    assert (await account.identify()).id == "da129015250777f8"  # the unique ids of entities are made of it


async def test_the_identity_does_not_depend_on_order(account: FaceterAccount, cloud: Cloud):
    first = await account.identify()
    cloud.rows.reverse()
    assert await account.identify() == first


async def test_an_account_is_recognized_by_any_of_its_cameras(account: FaceterAccount, rotated, cloud: Cloud):
    old = await account.identify()
    cloud.rows = [camera_row(2), camera_row(3)]
    new = await rotated.identify()
    assert new.id != old.id
    assert new.is_same_account(old.id, old.proof)
    cloud.rows = [camera_row(3)]
    other = await rotated.identify()
    assert not other.is_same_account(old.id, old.proof)


async def test_an_account_without_cameras_is_its_key(account: FaceterAccount, rotated, cloud: Cloud):
    cloud.rows = []
    identity = await account.identify()
    assert (identity.title, identity.proof) == ("Faceter", frozenset())
    assert await account.identify() == identity
    other = await rotated.identify()
    assert not other.is_same_account(identity.id, identity.proof)
    assert KEY not in repr(identity)
    assert await fetch(account) == AccountState()


@pytest.mark.parametrize("locations", [("Home", "Office"), (None, None), ("", "")])
async def test_an_account_in_several_places_or_none_is_called_after_the_vendor(account, cloud: Cloud, locations):
    cloud.rows = [camera_row(number, location={"title": title}) for number, title in enumerate(locations)]
    assert (await account.identify()).title == "Faceter"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((200, {"isValid": False}), SignInFailed),
        ((401, None), SignInFailed),
        ((403, None), SignInFailed),
        ((404, None), NotFound),
        ((429, None), RateLimited),
        ((500, None), Unreachable),
        ((200, b"<html>"), BadAnswer),
        ((302, b""), BadAnswer),
    ],
)
async def test_signing_in_fails(account: FaceterAccount, cloud: Cloud, server: Server, answer, error):
    cloud.key_answer = answer
    with pytest.raises(error):
        await account.identify()
    assert LIST not in server.paths


LIST_FAILURES = pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((401, None), SignInFailed),
        ((403, None), SignInFailed),
        ((404, None), NotFound),
        ((429, None), RateLimited),
        ((500, None), Unreachable),
        ((200, None), BadAnswer),
        ((200, {}), BadAnswer),
        ((200, b"[{"), BadAnswer),
        ((200, [{"title": "no id"}]), BadAnswer),
        ((200, [{"id": ""}]), BadAnswer),
        ((200, [{"id": None}]), BadAnswer),
        ((200, [camera_row(isOnline="perhaps")]), BadAnswer),
    ],
)


@LIST_FAILURES
async def test_signing_in_without_a_list_fails(account: FaceterAccount, cloud: Cloud, answer, error):
    cloud.list_answer = answer
    with pytest.raises(error):
        await account.identify()


@LIST_FAILURES
async def test_a_poll_that_fails_changes_nothing(account: FaceterAccount, cloud: Cloud, answer, error):
    state = await fetch(account)
    addresses = dict(account.addresses)
    cloud.list_answer = answer
    with pytest.raises(error):
        await fetch(account, state)
    assert account.addresses == addresses
    cloud.list_answer = None
    account.http.budget = Budget()  # a 429 asks to wait
    assert await fetch(account, state) is state


async def test_a_camera(account: FaceterAccount, cloud: Cloud):
    cloud.rows = [camera_row(1)]
    assert await fetch(account) == AccountState(
        cameras={
            camera_id(1): Camera(
                id=camera_id(1),
                name="Entrance Camera",
                supports=frozenset(ALWAYS | {Feature.ARCHIVE, Feature.AUDIO}),
                online=True,
                places=("Main Office", "Hall"),
                model="Model X",
                serial_number="ABC123",
                firmware="1.0.0",
                archive_depth=timedelta(days=30),
                last_online=datetime(2026, 4, 10, 9, tzinfo=UTC),
                access_expires=datetime(2026, 4, 20, 9, tzinfo=UTC),
            )
        }
    )


async def test_a_camera_of_which_only_the_id_is_known(account: FaceterAccount, cloud: Cloud):
    cloud.rows = [{"id": "cam"}]
    (camera,) = (await fetch(account)).cameras.values()
    assert camera == Camera(id="cam", name="cam", supports=frozenset(ALWAYS))
    assert camera.online is None  # not known, which is not the same as offline


@pytest.mark.parametrize("key", sorted(camera_row().keys() - {"id"}))
async def test_a_camera_without_a_field(account: FaceterAccount, cloud: Cloud, key):
    without = camera_row(1)
    del without[key]
    cloud.rows = [without, camera_row(2, **{key: None}), camera_row(3)]
    first, second, whole = (await fetch(account)).cameras.values()
    differing = {name for name in Camera.__slots__ if getattr(first, name) != getattr(whole, name)} - {"id"}
    assert differing == {name for name in Camera.__slots__ if getattr(second, name) != getattr(whole, name)} - {"id"}
    read = {
        "title": {"name"},
        "isOnline": {"online"},
        "archiveDays": {"archive_depth"},
        "lastOnlineDate": {"last_online"},
        "cameraModel": {"model"},
        "serialNumber": {"serial_number"},
        "firmwareVersion": {"firmware"},
        "isArchiveGranted": {"supports"},
        "isAudioGranted": {"supports"},
        "tempAccessExpiryDate": {"access_expires"},
        "location": {"places"},
    }
    assert differing == read.get(key, set())


@pytest.mark.parametrize(
    ("location", "places", "place"),
    [
        (None, (), None),
        ({}, (), None),
        ({"title": "Office", "room": None}, ("Office",), "Office"),
        ({"title": "Office"}, ("Office",), "Office"),
        ({"title": None, "room": {"title": "Hall"}}, ("Hall",), "Hall"),
        ({"id": 5, "title": "Office", "room": {"id": 7, "title": "Hall", "floor": 1}}, ("Office", "Hall"), "Hall"),
        ({"title": "", "room": {"title": ""}}, (), None),
    ],
)
async def test_places(account: FaceterAccount, cloud: Cloud, location, places, place):
    cloud.rows = [camera_row(location=location)]
    (camera,) = (await fetch(account)).cameras.values()
    assert (camera.places, camera.place) == (places, place)


@pytest.mark.parametrize(
    ("changes", "name"),
    [({}, "Entrance Camera"), ({"title": ""}, "Model X"), ({"title": None, "cameraModel": None}, camera_id(1))],
)
async def test_a_camera_has_a_name(account: FaceterAccount, cloud: Cloud, changes, name):
    cloud.rows = [camera_row(1, **changes)]
    assert (await fetch(account)).cameras[camera_id(1)].name == name


@pytest.mark.parametrize("platform", ["Embedded", "ThirdParty", "Mobile", "Drone", None, 5])
async def test_a_platform_that_nobody_knows_yet(account: FaceterAccount, cloud: Cloud, platform):
    cloud.rows = [camera_row(1, platform=platform)]
    assert set((await fetch(account)).cameras) == {camera_id(1)}


@pytest.mark.parametrize(
    ("days", "depth"),
    [
        (0, timedelta(0)),
        ("7", timedelta(days=7)),
        (3650, timedelta(days=3650)),
        (2**31 - 1, None),
        (-1, None),
        (-(10**10), None),
        (1e300, None),
    ],
)
async def test_an_archive_has_a_depth_or_no_limit(account: FaceterAccount, cloud: Cloud, days, depth):
    cloud.rows = [camera_row(1, archiveDays=days)]
    assert (await fetch(account)).cameras[camera_id(1)].archive_depth == depth


async def test_a_poll_is_one_request(account: FaceterAccount, server: Server):
    await fetch(account)
    assert server.paths == [LIST]


async def test_a_poll_where_only_addresses_rotate_returns_the_same_state(account: FaceterAccount, cloud: Cloud):
    state = await fetch(account)
    assert await fetch(account, state) is state
    cloud.rows.reverse()
    assert await fetch(account, state) is state


async def test_a_restart_goes_on_with_the_state_that_is_the_same(account, rotated, cloud: Cloud):
    state = await fetch(account)
    assert await fetch(rotated, state) is state


async def test_one_changed_camera_leaves_the_others_as_they_are(account: FaceterAccount, cloud: Cloud):
    before = await fetch(account)
    cloud.rows[0]["title"] = "Gate"
    after = await fetch(account, before)
    assert after is not before
    assert after.cameras[camera_id(1)].name == "Gate"
    assert after.cameras[camera_id(2)] is before.cameras[camera_id(2)]


async def test_a_field_that_nobody_reads_changes_nothing(account: FaceterAccount, cloud: Cloud):
    before = await fetch(account)
    cloud.rows[0]["signalStrength"] = -71
    assert await fetch(account, before) is before


async def test_cameras_come_and_go(account: FaceterAccount, cloud: Cloud):
    state = await fetch(account)
    cloud.rows.append(camera_row(3))
    more = await fetch(account, state)
    assert list(more.cameras) == [camera_id(1), camera_id(2), camera_id(3)]
    del cloud.rows[0]
    fewer = await fetch(account, more)
    assert list(fewer.cameras) == [camera_id(2), camera_id(3)]
    assert fewer.cameras[camera_id(2)] is state.cameras[camera_id(2)]
    assert camera_id(1) not in account.addresses


async def test_last_online_runs_on_unnoticed_while_the_camera_is_online(account: FaceterAccount, cloud: Cloud):
    row = cloud.rows[0]
    online = await fetch(account)
    row["lastOnlineDate"] = "2026-04-10T09:00:30Z"
    assert await fetch(account, online) is online

    row |= {"isOnline": False, "lastOnlineDate": "2026-04-10T09:00:40Z"}
    offline = await fetch(account, online)
    assert offline.cameras[camera_id(1)].last_online == datetime(2026, 4, 10, 9, 0, 40, tzinfo=UTC)
    assert await fetch(account, offline) is offline

    row["lastOnlineDate"] = "2026-04-10T09:05:00Z"
    again = await fetch(account, offline)
    assert again.cameras[camera_id(1)].last_online == datetime(2026, 4, 10, 9, 5, tzinfo=UTC)

    row |= {"isOnline": True, "lastOnlineDate": "2026-04-10T09:06:00Z"}
    back = await fetch(account, again)
    assert back.cameras[camera_id(1)].online is True
    assert back.cameras[camera_id(1)].last_online == datetime(2026, 4, 10, 9, 6, tzinfo=UTC)


async def test_closing_forgets_the_addresses(account: FaceterAccount, session):
    await fetch(account)
    await account.close()
    assert account.addresses == {}
    assert not session.closed
