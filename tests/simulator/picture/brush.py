"""Drawing in the units of a 1280 x 720 picture, at twice the wanted size, so that edges come out smooth."""

from collections.abc import Callable, Sequence
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFont

DESIGN_WIDTH = 1280
DESIGN_HEIGHT = 720
OVERSAMPLING = 2

type Rgb = tuple[int, int, int]
type Fill = Rgb | tuple[int, int, int, int]
type Point = tuple[float, float]
type Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@cache
def font(size: int) -> Font:
    """Return the typeface Pillow brings along: the same on every machine."""
    return ImageFont.load_default(size=size)


def mix(a: Rgb, b: Rgb, share: float) -> Rgb:
    """Return the colour ``share`` (0..1) of the way from a to b."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


def shade(colour: Rgb, factor: float) -> Rgb:
    """Return a colour darker (below 1) or lighter (above 1)."""
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return (red, green, blue)


class Brush:
    """Paints shapes on an image; every length is in design units, whatever the image's size in pixels."""

    def __init__(self, width: float, height: float, scale: float, background: Fill | None = None) -> None:
        """Make a sheet of ``width`` x ``height`` design units with ``scale`` pixels to the unit.

        With a background the sheet is opaque, without one it is transparent.
        """
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        self.scale = scale
        self.image = Image.new("RGB", size, background) if background else Image.new("RGBA", size)
        self._draw = ImageDraw.Draw(self.image, "RGBA" if background else None)
        self._lights: list[Callable[[], None]] = []
        self._pools: list[tuple[float, float, float, float, Rgb]] = []

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: Fill, radius: float = 0) -> None:
        """Paint a rectangle, with round corners if asked."""
        s = self.scale
        edges = (x0 * s, y0 * s, max(x0, x1) * s, max(y0, y1) * s)
        if radius:
            self._draw.rounded_rectangle(edges, radius * s, fill)
        else:
            self._draw.rectangle(edges, fill)

    def poly(self, points: Sequence[Point], fill: Fill) -> None:
        """Paint a polygon."""
        self._draw.polygon([(x * self.scale, y * self.scale) for x, y in points], fill)

    def oval(self, cx: float, cy: float, rx: float, ry: float, fill: Fill) -> None:
        """Paint an ellipse around a centre."""
        s = self.scale
        self._draw.ellipse(((cx - rx) * s, (cy - ry) * s, (cx + rx) * s, (cy + ry) * s), fill)

    def arc(self, cx: float, cy: float, r: float, start: float, end: float, fill: Fill) -> None:
        """Paint a slice of a disc; angles in degrees, clockwise from three o'clock."""
        s = self.scale
        self._draw.pieslice(((cx - r) * s, (cy - r) * s, (cx + r) * s, (cy + r) * s), start, end, fill)

    def line(self, points: Sequence[Point], fill: Fill, width: float) -> None:
        """Paint a line."""
        pixels = [(x * self.scale, y * self.scale) for x, y in points]
        self._draw.line(pixels, fill, max(1, round(width * self.scale)), joint="curve")

    def limb(self, points: Sequence[Point], fill: Fill, width: float) -> None:
        """Paint a line with round joints and ends."""
        self.line(points, fill, width)
        for x, y in points:
            self.oval(x, y, width / 2, width / 2, fill)

    def fade(self, x0: float, y0: float, x1: float, y1: float, top: Rgb, bottom: Rgb) -> None:
        """Paint a rectangle that changes from one colour at its top to another at its bottom."""
        s = self.scale
        width, height = max(1, round((x1 - x0) * s)), max(1, round((y1 - y0) * s))
        ramp = Image.linear_gradient("L").resize((width, height))
        area = Image.composite(Image.new("RGB", ramp.size, bottom), Image.new("RGB", ramp.size, top), ramp)
        self.image.paste(area, (round(x0 * s), round(y0 * s)))

    def glow(self, cx: float, cy: float, r: float, colour: Rgb) -> None:
        """Add light around a point, fading out at distance r."""
        _add_light(self.image, self.scale, (cx, cy), (r, r), colour)

    def lamp(self, cx: float, cy: float, r: float, colour: Rgb) -> None:
        """Keep a lamp that lights up what is around it, to be switched on at ``nightfall``."""
        self._pools.append((cx, cy, r, r, colour))
        self.shine(lambda: self.glow(cx, cy, r * 0.3, shade(colour, 0.7)))

    def pool(self, cx: float, cy: float, rx: float, ry: float, colour: Rgb) -> None:
        """Keep a pool of light on the ground, to be switched on at ``nightfall``."""
        self._pools.append((cx, cy, rx, ry, colour))

    def veil(self, height: float, darkness: int) -> None:
        """Darken the top of the picture, so that white letters can be read on it."""
        size = (self.image.width, round(height * self.scale))
        mask = ImageChops.invert(Image.linear_gradient("L")).point(lambda level: level * darkness // 255).resize(size)
        self.image.paste((0, 0, 0), (0, 0), mask)

    def shine(self, paint: Callable[[], None]) -> None:
        """Keep something that gives light itself, to be painted after ``nightfall``."""
        self._lights.append(paint)

    def nightfall(self, ambient: Rgb) -> None:
        """Multiply everything by the light there is, lamps included, then paint what shines."""
        if ambient != (255, 255, 255):
            light = Image.new("RGB", self.image.size, ambient)
            for cx, cy, rx, ry, colour in self._pools:
                _add_light(light, self.scale, (cx, cy), (rx, ry), colour)
            self.image = ImageChops.multiply(self.image, light)
            self._draw = ImageDraw.Draw(self.image, "RGBA")
        for paint in self._lights:
            paint()

    def text(self, x: float, y: float, text: str, size: float, fill: Fill, anchor: str = "mm") -> None:
        """Write a line of text; the anchor is Pillow's (``mm`` is the middle)."""
        self._draw.text((x * self.scale, y * self.scale), text, fill, font(round(size * self.scale)), anchor)

    def done(self) -> Image.Image:
        """Return the picture at its wanted size."""
        return self.image.reduce(OVERSAMPLING)


def _add_light(image: Image.Image, scale: float, centre: Point, radii: Point, colour: Rgb) -> None:
    size = max(2, round(2 * radii[0] * scale)), max(2, round(2 * radii[1] * scale))
    spot = ImageChops.invert(Image.radial_gradient("L")).point(_falloff).resize(size)
    halo = Image.composite(Image.new("RGB", size, colour), Image.new("RGB", size), spot)
    left, top = round(centre[0] * scale) - size[0] // 2, round(centre[1] * scale) - size[1] // 2
    area = (left, top, left + size[0], top + size[1])
    image.paste(ImageChops.screen(image.crop(area), halo), (left, top))


def _falloff(level: int) -> int:
    """Turn Pillow's linear gradient, which reaches into the corners, into a round spot with a soft edge."""
    inside = max(0.0, (level - 75) / 180)
    return round(255 * inside * inside * (3 - 2 * inside))
