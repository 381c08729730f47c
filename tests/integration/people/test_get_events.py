"""Events of people whom the system knows by their names alone: the faces of all cameras are looked through."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.vendors.models.moments import MomentKind, PictureRef, Recognition
from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from ..accounts import find
from ..conftest import AddAccount
from ..events.acting import HOUR, act, inject
from ..invented import Invented, InventedHistory, moment
from .watching import ANNA, MAREK, find_of, watch


@pytest.mark.usefixtures("in_a_hurry")
async def test_the_faces_of_a_person(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> None:
    first, second, third, *_ = await simulator.cameras()
    options = {"all_cameras": False, "cameras": [str(first["id"]), str(second["id"])]}
    entry = await add_account(options)
    await watch(hass, entry, ANNA, MAREK)
    start = (datetime.now(UTC) - 30 * 24 * HOUR).replace(microsecond=0)
    window = {"start": start.isoformat(), "end": (start + timedelta(minutes=1)).isoformat()}
    face = {"type": "Face", "attributes": [{"name": "anna  LINDQVIST", "group": "Family"}]}
    early = await inject(simulator, first, start, 3, **face)
    [late] = await inject(simulator, second, start + timedelta(seconds=10), **face)
    await inject(simulator, third, start, **face)  # a camera that is not in Home Assistant
    [other] = await inject(simulator, first, start, type="Face", attributes=[{"name": MAREK}])
    await inject(simulator, first, start, type="Human")

    anna, marek = (find_of(hass, entry, "event", "seen", name) for name in (ANNA, MAREK))
    response = await act(hass, "get_events", {"entity_id": [anna, marek]}, **window)
    ours = {*early, late, other}
    found = {key: [event["id"] for event in row["events"] if event["id"] in ours] for key, row in response.items()}
    assert found == {anna: [late, *early[::-1]], marek: [other]}
    event = next(event for event in response[anna]["events"] if event["id"] == late)
    assert (event["kind"], event["camera"]) == ("face", second["title"])
    names = {event["person"].casefold().split()[0] for event in response[anna]["events"]}
    assert names == {"anna"}

    for target in ({"entity_id": anna}, {"person": " Anna Lindqvist"}):
        fields = {"limit": 2, "newest_first": False, **window}
        [events] = (await act(hass, "get_events", target, **fields)).values()
        first_two = response[anna]["events"][:-3:-1]  # people of the simulated world may walk by, too
        assert [event["id"] for event in events["events"]] == [event["id"] for event in first_two]
    nothing = await act(hass, "get_events", anna, kinds=["person"], **window)
    assert nothing == {anna: {"events": []}}


@pytest.mark.usefixtures("in_a_hurry")
async def test_a_camera_and_a_person_in_one_call(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    camera, *_ = await simulator.cameras()
    entry = await add_account()
    await watch(hass, entry, ANNA)
    start = (datetime.now(UTC) - 30 * 24 * HOUR).replace(microsecond=0)
    [face] = await inject(simulator, camera, start, type="Face", attributes=[{"name": ANNA}])
    [custom] = await inject(simulator, camera, start)
    targets = [find(hass, entry, "camera", "camera", camera), find_of(hass, entry, "event", "seen", ANNA)]
    window = {"start": start.isoformat(), "end": start.isoformat()}
    response = await act(hass, "get_events", {"entity_id": targets}, **window)
    assert response.keys() == set(targets)
    at_camera, of_anna = ({event["id"] for event in response[key]["events"]} for key in targets)
    assert {face, custom} <= at_camera
    assert of_anna & {face, custom} == {face}


@pytest.mark.usefixtures("source")
async def test_pictures_of_the_first_are_fetched(
    hass: HomeAssistant, invented: Invented, history: InventedHistory, entry: MockConfigEntry
) -> None:
    await watch(hass, entry, ANNA)
    assert invented.moments
    history.moments = [
        moment(MomentKind.FACE, subject=ANNA, recognition=Recognition.KNOWN, picture=PictureRef(str(number)))
        for number in range(25)
    ]
    anna = find_of(hass, entry, "event", "seen", ANNA)
    events = (await act(hass, "get_events", anna, pictures=True))[anna]["events"]
    assert [event["picture"] is not None for event in events] == [True] * 20 + [False] * 5
    assert history.queries[-1].kinds == {MomentKind.FACE, MomentKind.SEEN}
