"""What the neutral models can tell."""

import pytest

from custom_components.video_analytics.vendors.models.photos import Box
from custom_components.video_analytics.vendors.models.state import (
    AccountState,
    Camera,
    Part,
    Server,
    Wanted,
    Zone,
    ZoneKind,
)


@pytest.mark.parametrize(
    ("box", "fits"),
    [
        (Box(x=0, y=0, w=640, h=480), True),
        (Box(x=639, y=479, w=1, h=1), True),
        (Box(x=1, y=0, w=640, h=480), False),
        (Box(x=0, y=1, w=640, h=480), False),
        (Box(x=-1, y=0, w=10, h=10), False),
        (Box(x=0, y=-1, w=10, h=10), False),
        (Box(x=0, y=0, w=0, h=10), False),
        (Box(x=0, y=0, w=10, h=-1), False),
    ],
)
def test_a_box_fits_into_a_picture(box, fits):
    assert box.fits(640, 480) is fits


def test_wanted_of_a_part():
    wanted = Wanted({Part.COUNTERS: frozenset({"a"})})
    assert wanted.of(Part.COUNTERS) == {"a"}
    assert wanted.of(Part.VISITORS) == frozenset()
    assert Wanted().of(Part.CAMERA) == frozenset()


def test_a_cameras_place_is_its_narrowest():
    camera = Camera(id="1", name="Hall", supports=frozenset(), places=("Office", "Hall"))
    assert camera.place == "Hall"
    assert Camera(id="1", name="Hall", supports=frozenset()).place is None


def test_a_state_of_some_cameras_keeps_only_what_hangs_on_them():
    cameras = {key: Camera(id=key, name=key, supports=frozenset()) for key in "ab"}
    zones = {key: Zone(id=key, name=key, camera=key, kind=ZoneKind.LINE, counts={}) for key in "ab"}
    servers = {"s": Server(id="s", name="s")}
    state = AccountState(cameras=cameras, zones=zones, servers=servers, faces_stored=3)
    some = state.of_cameras(lambda camera: camera.name == "b")
    assert some == AccountState(cameras={"b": cameras["b"]}, zones={"b": zones["b"]}, servers=servers, faces_stored=3)
    assert some.cameras["b"] is cameras["b"]
