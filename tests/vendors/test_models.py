"""What the neutral models can tell."""

import pytest

from custom_components.video_analytics.vendors.models.photos import Box
from custom_components.video_analytics.vendors.models.state import Camera, Part, Wanted


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
