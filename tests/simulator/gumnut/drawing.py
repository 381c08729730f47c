"""Photos: people of the world before one of its places, with faces where they are known to be."""

from collections import OrderedDict
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from PIL import Image

from ..media.encode import write_clip
from ..picture import Painter, Size, figures, jpeg
from ..world import Person, Place, World

SIZE: Size = (1280, 720)
WIDTHS = {"thumbnail": 360, "small": 360, "preview": 720, "fullsize": 1440}
"""Of the variants, in pixels; which of the vendor's three sizes is whose is chosen here. None is enlarged."""
CLIP_SECONDS = 2.0
_CLIP_SIZE: Size = (640, 360)
_TALLEST = 640
_REMEMBERED = 256
_LIGHT = 4 * 3600
"""Seconds in which the light does not change, so that few backgrounds are painted."""

type Box = tuple[int, int, int, int]
"""x, y, width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Who stands before which place when, from left to right."""

    place: Place
    moment: float
    people: tuple[Person, ...] = ()
    video: bool = False

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Return where the faces are, one for each of the people."""
        return tuple(self._box(number) for number in range(len(self.people)))

    def stand(self, number: int) -> tuple[int, int, int]:
        """Return the middle and the top of somebody, and how tall, in pixels."""
        height = round(_TALLEST * self.people[number].look.height / 1.92 / 2) * 2
        middle = round(SIZE[0] * (number + 1) / (len(self.people) + 1))
        return middle, SIZE[1] - round(height * 0.94), height

    def _box(self, number: int) -> Box:
        """Return the head: where ``figures`` draws it, seen from the front."""
        middle, top, height = self.stand(number)
        half = round(height * 0.08)
        return middle - half, top + round(height * 0.01), 2 * half, round(height * 0.175)


class Darkroom:
    """Draws photos when somebody looks at them; may be used by several threads."""

    def __init__(self, world: World) -> None:
        self._painter = Painter(world, SIZE)
        self._files: OrderedDict[Scene, bytes] = OrderedDict()
        self._lock = Lock()

    def original(self, scene: Scene) -> bytes:
        """Return a photo's file: JPEG, or MP4 of a video."""
        with self._lock:
            if (known := self._files.get(scene)) is not None:
                self._files.move_to_end(scene)
                return known
        content = self._clip(scene) if scene.video else jpeg(self.still(scene))
        with self._lock:
            self._files[scene] = content
            while len(self._files) > _REMEMBERED:
                self._files.popitem(last=False)
        return content

    def still(self, scene: Scene) -> Image.Image:
        """Return a photo, or what a video shows."""
        image = self._painter.backdrop(scene.place, scene.moment // _LIGHT * _LIGHT)
        for number, who in enumerate(scene.people):
            middle, top, height = scene.stand(number)
            figure = figures.person(who, "toward", -1, height)
            image.paste(figure, (middle - figure.width // 2, top), figure)
        return image

    def _clip(self, scene: Scene) -> bytes:
        still = self.still(scene).resize(_CLIP_SIZE)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "video.mp4"
            write_clip(path, lambda _: still, [(0.0, CLIP_SECONDS)], _CLIP_SIZE, audio=False)
            return path.read_bytes()


def variant(image: Image.Image, name: str) -> bytes:
    """Return a smaller rendering."""
    width = min(WIDTHS[name], image.width)
    return jpeg(image.resize((width, max(1, round(image.height * width / image.width)))).convert("RGB"))


def crop(image: Image.Image, box: Box) -> bytes:
    """Return a face with a little around it."""
    x, y, width, height = box
    margin = round(max(width, height) * 0.25)
    area = (
        max(0, x - margin),
        max(0, y - margin),
        min(image.width, x + width + margin),
        min(image.height, y + height + margin),
    )
    return jpeg(image.crop(area).convert("RGB"))


def opened(content: bytes) -> Image.Image | None:
    """Return an uploaded picture, or None for what is none."""
    try:
        image = Image.open(BytesIO(content))
        image.load()
    except OSError, ValueError, SyntaxError:
        return None
    return image
