"""Triggers for what happens at cameras."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.coordinator import Item
from custom_components.video_analytics.moments import Slot
from custom_components.video_analytics.vendors.models.moments import MomentKind, PictureRef, Recognition
from homeassistant.core import HomeAssistant

from ..accounts import find
from ..hearing import hub_of, settle, until
from ..invented import Invented, InventedMoments, moment, picture_of
from .automating import Automations
from .conftest import AddSystem

pytestmark = pytest.mark.usefixtures("hass_storage")

FACE, PLATE, MOTION, PERSON = MomentKind.FACE, MomentKind.PLATE, MomentKind.MOTION, MomentKind.PERSON
KNOWN, UNKNOWN, WANTED = Recognition


async def test_it_says_what_the_event_entity_says(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    source: InventedMoments,
    entry: MockConfigEntry,
    automations: Automations,
) -> None:
    automation = await automations.add("- trigger: video_analytics.plate_read\n  id: the_gate")
    seen = moment(
        PLATE,
        subject="o 123 oo-77",
        recognition=KNOWN,
        groups=("Staff",),
        confidence=0.91,
        direction="in",
        name="Plate read",
        picture=PictureRef("p1"),
        attributes={"colour": "red"},
    )
    source.happen(seen)
    await until(lambda: automation.runs)
    (run,) = automation.runs
    shown = hass.states.get(find(hass, entry, "event", "plate", "c1"))
    assert shown is not None
    own = {"id": "the_gate", "idx": "0", "alias": None, "platform": "video_analytics.plate_read"}
    where = {
        "entity_id": find(hass, entry, "camera", "camera", "c1"),
        "device_id": run["device_id"],
        "late": False,
        "description": "a number plate was read at Lobby",
    }
    assert run["device_id"]
    fields = {key: value for key, value in shown.attributes.items() if key in run or key == "event_id"}
    assert run == {**fields, **own, **where, "event_id": seen.id}
    assert (run["camera"], run["place"], run["plate"]) == ("Lobby", "Ground floor", "O123OO77")
    assert (run["recognition"], run["groups"], run["confidence"]) == ("known", ["Staff"], 0.91)
    assert (run["direction"], run["attributes"], run["person"]) == ("in", {"colour": "red"}, None)
    assert datetime.fromisoformat(run["start"]) == seen.start
    assert datetime.fromisoformat(run["arrived"]) >= seen.start
    client = await hass_client()
    assert await (await client.get(run["picture"])).read() == picture_of("p1").content
    assert await (await client.get(run["picture_signed"])).read() == picture_of("p1").content


@pytest.mark.parametrize(
    ("trigger", "options", "fitting", "others"),
    [
        (
            "face_recognized",
            {},
            [(FACE, {"subject": "Anna Meyer"}), (FACE, {"recognition": WANTED})],
            [(FACE, {"recognition": UNKNOWN}), (PLATE, {"subject": "A1", "recognition": KNOWN}), (PERSON, {})],
        ),
        (
            "face_recognized",
            {"who": ["anna  MEYER", "B* Jones"]},
            [(FACE, {"subject": "Anna Meyer"}), (FACE, {"subject": "Bob Jones"})],
            [(FACE, {"subject": "Anna"}), (FACE, {"subject": "Anna Meyers"}), (FACE, {"recognition": KNOWN})],
        ),
        (
            "face_recognized",
            {"groups": "staff"},
            [(FACE, {"subject": "Anna", "groups": ("Guests", "Staff")})],
            [(FACE, {"subject": "Anna", "groups": ("Guests",)}), (FACE, {"subject": "Anna"})],
        ),
        (
            "face_recognized",
            {"minimum_confidence": 29},
            [(FACE, {"subject": "Anna", "confidence": 0.29})],
            [(FACE, {"subject": "Anna", "confidence": 0.28}), (FACE, {"subject": "Anna"})],
        ),
        (
            "unknown_face_seen",
            {},
            [(FACE, {"recognition": UNKNOWN})],
            [(FACE, {"subject": "Anna"}), (FACE, {"recognition": KNOWN}), (PERSON, {})],
        ),
        (
            "plate_read",
            {},
            [(PLATE, {"subject": "A1", "recognition": UNKNOWN})],
            [(PLATE, {"recognition": UNKNOWN}), (FACE, {"subject": "Anna"})],
        ),
        (
            "plate_read",
            {"plates": ["О 123 ОО-*", "la?8zzp"]},  # Cyrillic letters
            [(PLATE, {"subject": "O123OO77"}), (PLATE, {"subject": "LA18 ZZP"}), (PLATE, {"subject": "о123оо"})],
            [(PLATE, {"subject": "O123O077"}), (PLATE, {"subject": "LA18ZZPP"}), (PLATE, {"subject": "LA8ZZP"})],
        ),
        (
            "plate_read",
            {"plates": "A.1[2]"},
            [(PLATE, {"subject": "a.1[2]"})],
            [(PLATE, {"subject": "AB12"}), (PLATE, {"subject": "A.12"})],
        ),
        (
            "plate_read",
            {"status": ["wanted"]},
            [(PLATE, {"subject": "A1", "recognition": WANTED})],
            [(PLATE, {"subject": "A1", "recognition": KNOWN}), (PLATE, {"subject": "A1"})],
        ),
        (
            "plate_read",
            {"status": ["unknown"]},
            [(PLATE, {"subject": "A1", "recognition": UNKNOWN}), (PLATE, {"subject": "A2"})],
            [(PLATE, {"subject": "A1", "recognition": KNOWN})],
        ),
        (
            "plate_read",
            {"direction": ["IN"]},
            [(PLATE, {"subject": "A1", "direction": "In"})],
            [(PLATE, {"subject": "A1", "direction": "out"}), (PLATE, {"subject": "A1"})],
        ),
        (
            "plate_read",
            {"plates": ["A*"], "status": ["known"], "minimum_confidence": 80},
            [(PLATE, {"subject": "A1", "recognition": KNOWN, "confidence": 0.8})],
            [
                (PLATE, {"subject": "B1", "recognition": KNOWN, "confidence": 0.8}),
                (PLATE, {"subject": "A1", "recognition": WANTED, "confidence": 0.8}),
                (PLATE, {"subject": "A1", "recognition": KNOWN, "confidence": 0.79}),
            ],
        ),
        (
            "detected",
            {"kinds": ["person", "face"]},
            [(PERSON, {}), (FACE, {"recognition": UNKNOWN})],
            [(MOTION, {}), (PLATE, {"subject": "A1"})],
        ),
    ],
)
async def test_options(
    source: InventedMoments,
    entry: MockConfigEntry,
    automations: Automations,
    trigger: str,
    options: dict[str, Any],
    fitting: list[tuple[MomentKind, dict[str, Any]]],
    others: list[tuple[MomentKind, dict[str, Any]]],
) -> None:
    automation = await automations.add(f"- trigger: video_analytics.{trigger}\n  options: {options}")
    everything = await automations.add(
        "- trigger: video_analytics.detected\n  options: {kinds: [face, plate, person, motion]}"
    )
    wanted = [moment(kind, **fields) for kind, fields in fitting]
    # A recognition, or what has neither it nor a subject would wait for its subject.
    unwanted = [moment(kind, **({"recognition": KNOWN} if kind is PLATE else {}) | fields) for kind, fields in others]
    source.happen(*unwanted, *wanted)
    source.happen(last := moment(MOTION))
    await until(lambda: last.id in everything.events)
    assert automation.events == [happened.id for happened in wanted]


@pytest.mark.parametrize("late", [False, True])
async def test_late_moments_only_where_they_are_wanted(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations, late: bool
) -> None:
    """A late one runs an automation only if it says so, a live one runs both."""
    trigger = "- trigger: video_analytics.detected\n  options:\n    kinds: person\n"
    automation = await automations.add(trigger)
    with_late = await automations.add(f"{trigger}    include_late: true")
    start = datetime.now(UTC) - timedelta(hours=2 * late)
    source.happen(seen := moment(PERSON, start=start, picture=PictureRef("p1")), late=late)
    await until(lambda: with_late.runs)
    await settle(hass)
    assert automation.events == ([] if late else [seen.id])
    (run,) = with_late.runs
    assert run["late"] is late
    assert datetime.fromisoformat(run["start"]) == start


async def test_changes_and_repetitions_are_no_news(
    hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, automations: Automations
) -> None:
    automation = await automations.add(
        "- trigger: video_analytics.detected\n  options: {kinds: [person], include_late: true}"
    )
    seen = moment(PERSON, end=None)
    source.happen(seen)
    source.happen(seen, updates=[moment(PERSON, id=seen.id, start=seen.start, confidence=0.5)])
    source.happen(seen, late=True)
    source.happen(last := moment(PERSON))
    await until(lambda: last.id in automation.events)
    assert automation.events == [seen.id, last.id]


async def test_nothing_of_the_history_is_told(
    hass: HomeAssistant,
    source: InventedMoments,
    invented: Invented,
    add_system: AddSystem,
    automations: Automations,
) -> None:
    """The last events of a camera that is new fill its entities, and nothing else."""
    old = moment(PERSON, start=datetime.now(UTC) - timedelta(hours=1), picture=PictureRef("p1"))
    assert invented.history
    invented.history.moments.append(old)
    automation = await automations.add(
        "- trigger: video_analytics.detected\n  options: {kinds: [person], include_late: true}"
    )
    entry = await add_system(1)
    await until(lambda: hub_of(entry).last(Item("cameras", "c1"), Slot.EVENT))
    assert automation.runs == []
