"""One picture: the place's background in today's light, who is in sight, and what a camera writes on top."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache, cached_property, lru_cache
from io import BytesIO
from math import cos, pi, sin
from threading import Lock

from PIL import Image, ImageChops, ImageDraw

from ..world import Pet, Place, Position, Role, Vehicle, Visit, World
from . import figures, indoors, outdoors, vehicles
from .brush import DESIGN_HEIGHT, DESIGN_WIDTH, OVERSAMPLING, Brush, Rgb, font, mix
from .light import Light

type Size = tuple[int, int]
"""Width and height in pixels, 16:9."""

JPEG_QUALITY = 82
_REMEMBERED_BACKGROUNDS = 48
_BRUSHES = {
    Role.ENTRANCE: outdoors.entrance,
    Role.CAR_PARK: outdoors.car_park,
    Role.GATE: outdoors.gate,
    Role.YARD: outdoors.yard,
    Role.RECEPTION: indoors.reception,
    Role.KITCHEN: indoors.kitchen,
    Role.CORRIDOR: indoors.corridor,
    Role.WAREHOUSE: indoors.warehouse,
}


@dataclass(frozen=True, slots=True)
class Ground:
    """Perspective of a place: where depths 0 and 1 lie in the picture, and how long a metre is there (design units)."""

    far: float
    near: float
    far_metre: float
    near_metre: float


_GROUNDS = {
    Role.ENTRANCE: Ground(446, 690, 108, 196),
    Role.CAR_PARK: Ground(338, 690, 62, 178),
    Role.GATE: Ground(304, 690, 48, 182),
    Role.YARD: Ground(404, 690, 84, 176),
    Role.RECEPTION: Ground(440, 690, 118, 200),
    Role.KITCHEN: Ground(462, 690, 122, 200),
    Role.CORRIDOR: Ground(350, 700, 62, 205),
    Role.WAREHOUSE: Ground(346, 690, 68, 184),
}


@dataclass(frozen=True, slots=True)
class _Actor:
    """A drawn visitor and where to put it: the middle of its feet, in pixels."""

    picture: Image.Image
    foot: tuple[int, int]


class Painter:
    """Draws pictures of one world at one size; may be used by several threads."""

    def __init__(self, world: World, size: Size = (640, 360)) -> None:
        self._world = world
        self.size = size
        self._scale = size[0] / DESIGN_WIDTH
        self._backgrounds: OrderedDict[tuple[str, int], Image.Image] = OrderedDict()
        self._lock = Lock()

    @cached_property
    def _closer(self) -> Painter:
        return Painter(self._world, (self.size[0] * 2, self.size[1] * 2))

    def picture(self, place: Place, moment: float) -> Image.Image:
        """Return what a camera at a place sees at a Unix time."""
        light = Light.at(moment, self._world.time_zone)
        image = self._background(place, light).copy()
        if place.role is Role.RECEPTION:
            self._clock_hands(image, moment)
        for visit, position in self._world.present(place, moment):
            actor = self._actor(place, visit, position, light)
            shadow = _shadow(round(actor.picture.width * 0.9))
            image.paste(
                (24, 26, 34), (actor.foot[0] - shadow.width // 2, actor.foot[1] - shadow.height // 2 - 1), shadow
            )
            corner = (actor.foot[0] - actor.picture.width // 2, actor.foot[1] - actor.picture.height)
            image.paste(actor.picture, corner, actor.picture)
        self._overlay(image, place, moment)
        return image

    def backdrop(self, place: Place, moment: float) -> Image.Image:
        """Return a place in the light of a Unix time, with nobody in it and no writing: what a photo is taken before."""
        return self._background(place, Light.at(moment, self._world.time_zone)).copy()

    def close_up(self, place: Place, moment: float) -> Image.Image:
        """Return whom the camera looks at in a moment: a face with shoulders, or the end of a car with its plate."""
        closer = self._closer
        visits = self._world.visits(place, moment, moment + 1e-3)
        image = closer.picture(place, moment)
        if not visits:
            return image.resize(self.size)
        visit = min(visits, key=lambda visit: abs(visit.best_moment - moment))
        actor = closer._actor(place, visit, visit.position(moment), Light.at(moment, self._world.time_zone))
        seen_height = actor.picture.height * (1.25 if isinstance(visit.subject, Vehicle) else 0.62)
        top = actor.foot[1] - actor.picture.height * (1.12 if isinstance(visit.subject, Vehicle) else 1.06)
        half = seen_height * self.size[0] / self.size[1] / 2
        left = min(max(actor.foot[0] - half, 0), image.width - 2 * half)
        top = min(max(top, 0), image.height - seen_height)
        area = (round(left), round(top), round(left + 2 * half), round(top + seen_height))
        return image.crop(area).resize(self.size, Image.Resampling.BICUBIC)

    def _background(self, place: Place, light: Light) -> Image.Image:
        key = (place.id, light.step)
        with self._lock:
            if (known := self._backgrounds.get(key)) is not None:
                self._backgrounds.move_to_end(key)
                return known
        sheet = Brush(DESIGN_WIDTH, DESIGN_HEIGHT, self._scale * OVERSAMPLING, (128, 128, 128))
        _BRUSHES[place.role](sheet, place, light)
        sheet.nightfall(light.ambient if place.role.outdoor else light.indoors)
        sheet.veil(90, 130)
        image = sheet.done()
        with self._lock:
            self._backgrounds[key] = image
            while len(self._backgrounds) > _REMEMBERED_BACKGROUNDS:
                self._backgrounds.popitem(last=False)
        return image

    def _actor(self, place: Place, visit: Visit, position: Position, light: Light) -> _Actor:
        ground = _GROUNDS[place.role]
        metre = (ground.far_metre + (ground.near_metre - ground.far_metre) * position.depth) * self._scale
        foot = (ground.far + (ground.near - ground.far) * position.depth) * self._scale
        subject, lamps = visit.subject, light.dark > 0.2
        if isinstance(subject, Vehicle):
            if position.heading in ("left", "right"):
                roll = int(position.walked * 12) % 6 if position.moving else 0
                picture = vehicles.side(subject, position.heading, _even(vehicles.length(subject) * metre), roll, lamps)
            else:
                rear = position.heading == "away"
                picture = vehicles.end_on(subject, rear, _even(vehicles.CAR_WIDTH * metre), lamps)
        elif isinstance(subject, Pet):
            phase = figures.step_phase(position.walked * 1.8, position.moving)
            picture = figures.dog(subject, position.heading == "left", phase, _even(0.62 * metre))
        else:
            phase = figures.step_phase(position.walked, position.moving)
            picture = figures.person(subject, position.heading, phase, _even(subject.look.height * metre))
        ambient = light.ambient if place.role.outdoor else light.indoors
        if light.dark > 0.2 and place.role.outdoor:
            ambient = mix(ambient, (255, 226, 180), 0.45)
        return _Actor(_tinted(picture, ambient), (round(position.x * self.size[0]), round(foot)))

    def _clock_hands(self, image: Image.Image, moment: float) -> None:
        local = datetime.fromtimestamp(moment, self._world.time_zone)
        cx, cy = (part * self._scale for part in indoors.CLOCK_CENTRE)
        draw = ImageDraw.Draw(image)
        minutes = local.minute + local.second / 60
        hands = ((local.hour + minutes / 60) / 12, 22, 3), (minutes / 60, 34, 2), (local.second / 60, 38, 1)
        for turn, length, width in hands:
            angle = turn * 2 * pi
            tip = (cx + sin(angle) * length * self._scale, cy - cos(angle) * length * self._scale)
            draw.line(((cx, cy), tip), (40, 44, 52) if width > 1 else (200, 60, 50), width)

    def _overlay(self, image: Image.Image, place: Place, moment: float) -> None:
        margin = round(10 * self._scale * 2)
        name = _label(place.name, round(30 * self._scale))
        image.paste((255, 255, 255), (margin, margin), name)
        stamp = _stamp(moment, self._world.time_zone)
        x = image.width - margin - sum(_glyph(sign, round(30 * self._scale)).width for sign in stamp)
        for sign in stamp:
            glyph = _glyph(sign, round(30 * self._scale))
            image.paste((255, 255, 255), (x, margin), glyph)
            x += glyph.width


def jpeg(image: Image.Image) -> bytes:
    """Return a picture as a JPEG file."""
    file = BytesIO()
    image.save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()


def _even(length: float) -> int:
    """Return a whole even number of pixels, so that fewer sizes of a sprite are drawn."""
    return max(4, round(length / 2) * 2)


def _tinted(picture: Image.Image, colour: Rgb) -> Image.Image:
    if colour == (255, 255, 255):
        return picture
    return ImageChops.multiply(picture, Image.new("RGBA", picture.size, (*colour, 255)))


@lru_cache(maxsize=256)
def _shadow(width: int) -> Image.Image:
    """Return the mask of a soft shadow on the floor."""
    height = max(2, width // 7)
    spot = ImageChops.invert(Image.radial_gradient("L")).point(lambda level: min(120, max(0, level - 75)))
    return spot.resize((max(4, width), height))


@lru_cache(maxsize=1024)
def _label(text: str, size: int) -> Image.Image:
    """Return a mask of a line of text."""
    typeface = font(size)
    _, _, right, _ = typeface.getbbox(text)
    mask = Image.new("L", (round(right) + 2, round(size * 1.3)))
    ImageDraw.Draw(mask).text((0, 0), text, 255, typeface)
    return mask


@cache
def _glyph(sign: str, size: int) -> Image.Image:
    """Return a mask of one sign of the running clock; all digits are equally wide."""
    typeface = font(size)
    width = max(typeface.getlength(digit) for digit in "0123456789") if sign.isdigit() else typeface.getlength(sign)
    mask = Image.new("L", (round(width) + 1, round(size * 1.3)))
    ImageDraw.Draw(mask).text((mask.width / 2, 0), sign, 255, typeface, "ma")
    return mask


def _stamp(moment: float, time_zone: tzinfo) -> str:
    local = datetime.fromtimestamp(moment, time_zone)
    return f"{local:%Y-%m-%d  %H:%M:%S}.{local.microsecond // 100_000}"
