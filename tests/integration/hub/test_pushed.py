"""What pushed moments bring along: pictures of their own, and beginnings whose ends are moments of their own."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.coordinator import Item
from custom_components.video_analytics.moments import Slot
from custom_components.video_analytics.vendors.models.media import Picture
from custom_components.video_analytics.vendors.models.moments import Moment, MomentKind, PictureRef
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..accounts import state_of
from ..hearing import Heard, hub_of, settle, until
from ..invented import Invented, InventedMoments, moment

pytestmark = pytest.mark.usefixtures("hass_storage")

CONTENT = b"\xff\xd8\xff the picture itself"


async def test_a_picture_that_comes_along_is_there_at_once_and_kept_in_the_store_alone(
    source: InventedMoments, entry: MockConfigEntry, heard: Heard
) -> None:
    source.happen(
        moment(MomentKind.FACE, subject="Eva", picture=PictureRef("p", content=Picture(CONTENT, "image/jpeg")))
    )
    await until(lambda: heard.told)
    (told,) = heard.told
    kept = await hub_of(entry).pictures.async_get(told.picture or "")
    assert kept is not None
    assert kept.content == CONTENT
    assert told.moment.picture == PictureRef("p")
    last = hub_of(entry).last(Item("cameras", "c1"), Slot.FACE)
    assert last is not None
    assert last.moment.picture is not None
    assert last.moment.picture.content is None


def motion(kind: MomentKind, seconds: float) -> Moment:
    """Return the beginning or the end of a motion."""
    start = datetime.now(UTC) + timedelta(seconds=seconds)
    return moment(kind, start=start, end=None, instant=kind is MomentKind.MOTION_ENDED)


@pytest.mark.parametrize("ends_first", [False, True])
async def test_motion_lasts_until_its_end_in_whatever_order_they_come(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, ends_first: bool
) -> None:
    begin, end = motion(MomentKind.MOTION_STARTED, -60), motion(MomentKind.MOTION_ENDED, -30)
    if ends_first:
        source.happen(end, late=True)
        source.happen(begin, late=True)
        await settle(hass)
    else:
        source.happen(begin, late=True)
        await settle(hass)
        assert state_of(hass, entry, "binary_sensor", "motion", "c1") == "on"
        # Also through a reload.
        await hass.config_entries.async_reload(entry.entry_id)
        assert state_of(hass, entry, "binary_sensor", "motion", "c1") == "on"
        source.happen(end, late=True)
        await settle(hass)
    assert state_of(hass, entry, "binary_sensor", "motion", "c1") == "off"


async def test_an_event_makes_no_sensors_of_what_a_camera_does_not_detect(
    hass: HomeAssistant, source: InventedMoments, invented: Invented, entry: MockConfigEntry, heard: Heard
) -> None:
    def kinds() -> set[str]:
        prefix = f"{entry.unique_id}_camera_c1_"
        entries = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        return {item.unique_id.removeprefix(prefix) for item in entries if item.unique_id.startswith(prefix)}

    before = kinds()
    assert not {"vehicle", "pet", "plate"} & before
    source.happen(moment(MomentKind.VEHICLE))
    await until(lambda: heard.events)
    await settle(hass)
    assert kinds() == before
    source.happen(moment(MomentKind.PLATE, subject="GR02WTY"))
    await until(lambda: "plate" in kinds())
