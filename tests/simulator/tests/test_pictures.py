"""Pictures: of the right size, alive, and showing who is there."""

from io import BytesIO

from PIL import Image, ImageChops
import pytest

from ..picture import Painter, Size, jpeg
from ..world import World

NOON = 1_790_000_000 // 86_400 * 86_400 + 12 * 3600
MIDNIGHT = NOON + 12 * 3600
CLOCK = (360, 0, 640, 45)
WORLD = World(1)
PAINTER = Painter(WORLD)


def _differs(a: Image.Image, b: Image.Image) -> int:
    """Return how many pixels differ visibly."""
    difference = ImageChops.difference(a, b).convert("L").point(lambda level: 255 * (level > 24))
    return difference.histogram()[255]


@pytest.mark.parametrize("index", range(8))
def test_the_clock_in_the_picture_runs_in_tenths(index: int) -> None:
    place = WORLD.place(index)
    first, same, next_tenth = (PAINTER.picture(place, NOON + late).crop(CLOCK) for late in (0.02, 0.08, 0.12))
    assert _differs(first, same) == 0
    assert _differs(first, next_tenth) > 5


@pytest.mark.parametrize("index", range(8))
def test_a_visitor_is_seen_where_the_world_says(index: int) -> None:
    place = WORLD.place(index)
    moment, foot_x = next(
        (visit.best_moment, position.x)
        for visit in WORLD.visits(place, NOON, NOON + 7200)
        if len(present := WORLD.present(place, visit.best_moment)) == 1
        for _, position in present
    )
    empty_moment = next(moment for moment in range(NOON + 3600, NOON + 7200) if not WORLD.present(place, moment))
    below = (0, 60, 640, 360)
    crowd = ImageChops.difference(
        PAINTER.picture(place, moment).crop(below), Painter(WORLD).picture(place, empty_moment).crop(below)
    )
    area = crowd.convert("L").point(lambda level: 255 * (level > 40))
    column = area.crop((max(0, round(foot_x * 640) - 40), 0, round(foot_x * 640) + 40, 300))
    assert column.histogram()[255] > 400


@pytest.mark.parametrize("index", [0, 1, 2, 6])
def test_nights_are_darker(index: int) -> None:
    place = WORLD.place(index)

    def brightness(moment: float) -> float:
        histogram = PAINTER.picture(place, moment).convert("L").histogram()
        return sum(level * count for level, count in enumerate(histogram)) / (640 * 360)

    assert brightness(MIDNIGHT) < brightness(NOON) * 0.7


@pytest.mark.parametrize("size", [(640, 360), (1280, 720), (320, 180)])
def test_pictures_have_the_size_asked_for(size: Size) -> None:
    file = jpeg(Painter(WORLD, size).picture(WORLD.place(0), NOON))
    with Image.open(BytesIO(file)) as picture:
        assert (picture.format, picture.size) == ("JPEG", size)


def test_a_close_up_fills_the_picture_with_the_visitor() -> None:
    place = WORLD.place(2)
    visit = WORLD.visits(place, NOON, NOON + 600)[0]
    close = PAINTER.close_up(place, visit.best_moment)
    assert close.size == PAINTER.size
    assert _differs(close, PAINTER.picture(place, visit.best_moment)) > 640 * 360 / 4
