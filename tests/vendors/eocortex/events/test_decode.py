"""Events become moments."""

from base64 import b64encode
from datetime import UTC, datetime

from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.video_analytics.vendors.eocortex.events.decode import (
    FRAME,
    Numbering,
    identify,
    is_keep_alive,
    is_part,
    moment,
    read_event,
)
from custom_components.video_analytics.vendors.eocortex.events.kinds import KNOWN, Kinds
from custom_components.video_analytics.vendors.eocortex.wire.events import EventKind
from custom_components.video_analytics.vendors.errors import BadAnswer
from custom_components.video_analytics.vendors.models.moments import Moment, MomentKind, Recognition
from tests.vendors.strategies import damaged, json_values, thorough

from .rows import CAMERA, FACE, JPEG, KEEP_ALIVE, PLATE, ZONE, event, face, plate

START = datetime(2026, 4, 10, 8, 15, 30, tzinfo=UTC)
MOTION_START = "eb0bb455-b85f-4ac4-851f-f30a11797579"


def decoded(row, kinds: Kinds | None = None, **more) -> Moment:
    """Return the moment of a row."""
    return moment(read_event(row), "id", START, kinds or Kinds(), **more)


def key(row, numbering: Numbering | None = None) -> str:
    """Return the id of a row."""
    return identify(read_event(row), orjson.dumps(row), numbering or Numbering())


def test_a_known_face():
    found = decoded(face(), server="s")
    assert (found.kind, found.camera, found.server, found.instant) == (MomentKind.FACE, CAMERA, "s", True)
    assert (found.subject, found.recognition) == ("Ivan Petrov", Recognition.KNOWN)
    assert (found.groups, found.confidence) == (("Staff", "Office"), 0.87)
    assert found.picture.content.content == JPEG
    assert found.picture.content.content_type == "image/jpeg"
    assert {key: found.attributes[key] for key in ("Age", "Gender", "Emotion")} == {
        "Age": "34",
        "Gender": "Male",
        "Emotion": "Neutral",
    }
    assert "ImageBytes" not in found.attributes
    assert "Petrov" not in repr(found)


def test_a_stranger():
    found = decoded(face(None))
    assert (found.subject, found.recognition, found.groups) == (None, Recognition.UNKNOWN, ())
    assert decoded(face(None, lastName="Somebody")).subject is None


def test_keys_of_any_case():
    assert decoded({name.upper(): value for name, value in face().items()}).subject == "Ivan Petrov"
    assert decoded({name.lower(): value for name, value in plate().items()}).subject == "A123BC77"


def test_a_face_as_the_newer_archive_sends_it():
    row = {
        "EventId": FACE.upper(),
        "ChannelId": CAMERA,
        "Timestamp": "2026-04-10T08:15:30.377+03:00",
        "Event": {
            "EventName": "FaceDetectedNotifyEvent",
            "FirstName": "Ivan",
            "LastName": "Petrov",
            "Groups": [{"id": "1", "Name": "Staff"}, "Office", 5, {}],
            "IsIdentified": True,
            "Similarity": 0.5,
            "FaceImageBase64": b64encode(b"\x89PNG").decode(),
        },
    }
    found = decoded(row)
    assert (found.subject, found.groups, found.confidence) == ("Ivan Petrov", ("Staff", "Office"), 0.5)
    assert found.picture.content.content_type == "image/png"
    assert "FaceImageBase64" not in found.attributes["Event"]


@pytest.mark.parametrize("picture", ["", "no base64!", b64encode(b"no picture").decode(), 5, "\xe9"])
def test_what_is_no_picture(picture):
    assert decoded(face(ImageBytes=picture)).picture is None


def test_a_plate():
    found = decoded(plate())
    assert (found.kind, found.subject) == (MomentKind.PLATE, "A123BC77")
    assert (found.recognition, found.groups) == (Recognition.KNOWN, ("Residents",))
    assert found.confidence == pytest.approx(0.99999726)
    assert found.direction == "Въезд"
    assert {"Speed": "12,5", "lastName": "Petrov", "carbrand": "Lada"}.items() <= found.attributes.items()
    assert decoded(plate(Numberplate="", plateText="B1")).subject == "B1"
    assert decoded(plate(direction=["Выезд"])).direction == "Выезд"
    assert decoded(plate(direction=[])).direction is None


@pytest.mark.parametrize(
    ("fields", "recognition"),
    [
        ({"IsIdentified": "False"}, Recognition.UNKNOWN),
        ({"IsIdentified": "maybe"}, None),
        ({"groups": "Residents, STOLEN"}, Recognition.WANTED),
        ({"groups": ["stolen"], "IsIdentified": "False"}, Recognition.WANTED),
    ],
)
def test_how_a_plate_is_known(fields, recognition):
    assert decoded(plate(**fields), wanted=frozenset({"stolen"})).recognition is recognition


def test_a_named_face_is_known_where_nothing_says_so():
    row = face()
    del row["IsIdentified"]
    assert decoded(row).recognition is Recognition.KNOWN


@pytest.mark.parametrize("event_id", KNOWN)
def test_known_kinds(event_id):
    assert decoded(event(f"{{{event_id.upper()}}}")).kind is KNOWN[event_id]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Конец движения", MomentKind.MOTION_ENDED),
        ("End of motion", MomentKind.MOTION_ENDED),
        ("Camera connection lost", MomentKind.CONNECTION_LOST),
        ("Потеряна связь с камерой", MomentKind.CONNECTION_LOST),
        ("Camera connection restored", MomentKind.CONNECTION_RESTORED),
        ("Связь с камерой восстановлена", MomentKind.CONNECTION_RESTORED),
        ("User alarm", MomentKind.USER_ALARM),
        ("Тревога пользователя", MomentKind.USER_ALARM),
        ("External event", MomentKind.EXTERNAL),
        ("Внешнее событие", MomentKind.EXTERNAL),
        ("Sent by a friend", MomentKind.OTHER),
        (None, MomentKind.OTHER),
    ],
)
def test_names_are_hints(name, kind):
    kinds = Kinds([EventKind(id=ZONE.upper(), name=name)])
    found = decoded(event(ZONE), kinds)
    assert (found.kind, found.name) == (kind, name or "Something")


def test_external_events_are_told_by_their_initiator():
    assert decoded(event(ZONE, InitiatorName="ExternalEvent")).kind is MomentKind.EXTERNAL


def test_the_directory_of_kinds():
    kinds = Kinds([EventKind(id=ZONE, gui_name="A zone"), EventKind(id=FACE, name="Faces")])
    assert kinds.ids[0] == FACE
    assert kinds.of(frozenset({MomentKind.FACE})) == (FACE,)
    assert kinds.of(frozenset({MomentKind.OTHER})) == (ZONE,)
    assert set(kinds.of(frozenset())) == {*KNOWN, ZONE}
    assert not kinds.add(ZONE)
    assert not kinds.add(PLATE)
    assert kinds.add(CAMERA)
    assert sum(kinds.add(str(number)) for number in range(2000)) < 1000


def test_an_event_of_the_server_has_no_camera():
    assert decoded(event(ZONE, ChannelId="00000000-0000-0000-0000-000000000000")).camera is None
    assert decoded(event(ZONE, ChannelId="")).camera is None


def test_keep_alives_are_told_by_their_comment():
    assert is_keep_alive(KEEP_ALIVE)
    assert is_keep_alive({"comment": "keepAlive "})
    assert not is_keep_alive(event(MOTION_START))
    assert is_part({"Numberplate": "A1"})
    assert not is_part(event(PLATE))


def test_an_event_in_two_objects():
    whole = plate()
    head, part = event(PLATE), {name: whole[name] for name in ("Numberplate", "IsIdentified", "groups")}
    assert read_event(head).is_bare
    assert not read_event(whole).is_bare
    assert not read_event(event(MOTION_START)).is_bare
    merged = read_event(head).merged(part)
    assert moment(merged, "id", START, Kinds()).subject == "A123BC77"
    assert identify(merged, b"", Numbering()) == key(whole)


def test_ids_tell_apart_what_can_be_told_apart():
    rows = [
        face(),
        face("Olga"),
        face(wall="10.04.2026 08:15:31"),
        face(ChannelId=ZONE),
        face(None),
        plate(),
        plate("B1"),
        event(MOTION_START),
        event(MOTION_START, Zoneid=ZONE),
        event(ZONE, Comment="a"),
        event(ZONE, Comment="b"),
    ]
    assert len({key(row) for row in rows}) == len(rows)
    assert key(face()) == key(face(Similarity="0,5", ZonedTimestamp="10.04.2026 08:15:30.100 +03:00"))


def test_two_strangers_in_one_second_are_two_and_one_told_twice_is_one():
    one, two = face(None, Age="20"), face(None, Age="40")
    numbering = Numbering()
    first, second = key(one, numbering), key(two, numbering)
    assert first != second
    assert [key(row, numbering) for row in (two, one)] == [second, first]
    archive = Numbering()
    assert [key({**row, "Extra": "1"}, archive) for row in (one, two)] == [first, second]


def test_what_is_remembered_of_ids_is_bounded():
    numbering = Numbering()
    for number in range(5000):
        numbering.number(str(number), b"")
    assert len(numbering._seen) <= 4097


@pytest.mark.parametrize("row", [{}, {"EventId": FACE}, {"EventId": None, "Timestamp": "10.04.2026 08:15:30"}])
def test_what_is_no_event(row):
    with pytest.raises(BadAnswer, match="event: "):
        read_event(row)


@thorough
@given(st.dictionaries(st.text(max_size=8), json_values, max_size=5) | damaged(face()) | damaged(plate()))
def test_any_object_is_a_moment_or_a_bad_answer(row):
    assert isinstance(is_keep_alive(row), bool)
    try:
        found = read_event(row)
    except BadAnswer:
        return
    assert isinstance(found.is_bare, bool)
    told = moment(found, identify(found, b"", Numbering()), START, Kinds(), wanted=frozenset({"x"}))
    assert told.id
    assert isinstance(told.kind, MomentKind)
    for text in (told.camera, told.zone, told.subject, told.direction, told.name):
        assert text is None or (isinstance(text, str) and text)
    assert told.confidence is None or 0 <= told.confidence <= 1
    assert all(isinstance(group, str) and group for group in told.groups)
    # The camera's own picture of that time is asked for; all others come along.
    ref = told.picture
    assert ref is None or ref.id.startswith(FRAME) or ref.content.content
    orjson.dumps(dict(told.attributes))
