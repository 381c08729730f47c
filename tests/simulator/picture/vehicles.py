"""Cars and vans from the front, from behind and from the side, with readable plates."""

from functools import lru_cache
from math import cos, sin

from PIL import Image, ImageOps

from ..world.journeys import Heading
from ..world.subjects import Vehicle
from .brush import OVERSAMPLING, Brush, Rgb, shade

CAR_WIDTH = 1.85
"""Metres; of the front and rear views."""
_GLASS: Rgb = (52, 70, 88)
_SHINE: Rgb = (110, 136, 156)
_TYRE: Rgb = (32, 33, 36)
_PLATE: Rgb = (250, 248, 238)


def length(vehicle: Vehicle) -> float:
    """Metres from bumper to bumper."""
    return 5.2 if vehicle.body == "van" else 4.3


@lru_cache(maxsize=1024)
def end_on(vehicle: Vehicle, rear: bool, width: int, lamps: bool) -> Image.Image:
    """Return the front or the rear, ``width`` pixels wide, wheels on the bottom edge."""
    van = vehicle.body == "van"
    tall = 1.12 if van else 0.84
    sheet = Brush(1.0, tall, width * OVERSAMPLING)
    paint, drop = vehicle.colour, tall - 0.84
    for x in (0.07, 0.78):
        sheet.box(x, tall - 0.2, x + 0.15, tall, _TYRE, radius=0.04)
    if van:
        sheet.box(0.05, 0.02, 0.95, 0.9, paint, radius=0.09)
        sheet.box(0.13, 0.1, 0.87, 0.48, _GLASS, radius=0.05)
        sheet.poly([(0.2, 0.48), (0.38, 0.1), (0.5, 0.1), (0.32, 0.48)], _SHINE)
        if rear:
            sheet.box(0.494, 0.06, 0.506, 0.94, shade(paint, 0.7))
    else:
        sheet.poly([(0.24, 0.03), (0.76, 0.03), (0.92, 0.4), (0.08, 0.4)], shade(paint, 0.9))
        sheet.box(0.24, 0.01, 0.76, 0.12, shade(paint, 0.9), radius=0.05)
        sheet.poly([(0.27, 0.07), (0.73, 0.07), (0.85, 0.37), (0.15, 0.37)], _GLASS)
        sheet.poly([(0.34, 0.07), (0.48, 0.07), (0.38, 0.37), (0.2, 0.37)], _SHINE)
    for x in (-0.0, 0.9):
        sheet.box(x, 0.33 + drop * 0.6, x + 0.1, 0.41 + drop * 0.6, shade(paint, 0.72), radius=0.03)
    sheet.box(0.02, 0.38 + drop, 0.98, 0.76 + drop, paint, radius=0.1)
    sheet.box(0.05, 0.395 + drop, 0.95, 0.44 + drop, shade(paint, 1.16), radius=0.02)
    sheet.box(0.03, 0.68 + drop, 0.97, 0.78 + drop, shade(paint, 0.62), radius=0.04)
    for x in (0.05, 0.77):
        if rear:
            sheet.box(x, 0.46 + drop, x + 0.18, 0.55 + drop, (196, 40, 40) if lamps else (140, 34, 36), radius=0.03)
        else:
            bulb = (255, 250, 214) if lamps else (226, 234, 238)
            sheet.box(x, 0.45 + drop, x + 0.18, 0.56 + drop, bulb, radius=0.045)
    if not rear:
        sheet.box(0.28, 0.47 + drop, 0.72, 0.57 + drop, shade(paint, 0.4), radius=0.03)
        sheet.oval(0.5, 0.52 + drop, 0.03, 0.03, (214, 220, 226))
    else:
        sheet.text(0.5, 0.495 + drop, vehicle.brand.upper(), 0.05, shade(paint, 0.5))
    sheet.box(0.245, 0.595 + drop, 0.755, 0.72 + drop, (30, 32, 36), radius=0.015)
    sheet.box(0.255, 0.605 + drop, 0.745, 0.71 + drop, _PLATE, radius=0.01)
    sheet.box(0.255, 0.605 + drop, 0.29, 0.71 + drop, (38, 76, 160), radius=0.008)
    sheet.text(0.518, 0.66 + drop, vehicle.plate, 0.09, (18, 18, 22))
    return sheet.done()


@lru_cache(maxsize=256)
def side(vehicle: Vehicle, heading: Heading, width: int, roll: int, lamps: bool) -> Image.Image:
    """Return the side, ``width`` pixels long; ``roll`` (0..5) turns the wheels."""
    van = vehicle.body == "van"
    tall = 0.44 if van else 0.35
    sheet = Brush(1.0, tall, width * OVERSAMPLING)
    paint, sill = vehicle.colour, tall - 0.07
    if van:
        sheet.box(0.02, 0.01, 0.8, sill, paint, radius=0.03)
        sheet.poly([(0.74, 0.015), (0.84, 0.04), (0.92, 0.2), (0.98, 0.24), (0.98, sill), (0.6, sill)], paint)
        sheet.poly([(0.76, 0.055), (0.82, 0.065), (0.885, 0.19), (0.76, 0.19)], _GLASS)
        sheet.text(0.38, 0.17, vehicle.owner or "", 0.062, shade(paint, 0.45))
    else:
        sheet.poly([(0.2, 0.14), (0.31, 0.02), (0.6, 0.02), (0.75, 0.14)], shade(paint, 0.92))
        sheet.poly([(0.245, 0.135), (0.325, 0.042), (0.45, 0.042), (0.45, 0.135)], _GLASS)
        sheet.poly([(0.47, 0.135), (0.47, 0.042), (0.585, 0.042), (0.69, 0.135)], _GLASS)
        sheet.box(0.02, 0.13, 0.98, sill, paint, radius=0.05)
    sheet.box(0.02, sill - 0.05, 0.98, sill, shade(paint, 0.62), radius=0.02)
    sheet.box(0.94, tall - 0.19, 0.985, tall - 0.15, (255, 246, 200) if lamps else (230, 236, 240), radius=0.01)
    sheet.box(0.015, tall - 0.19, 0.05, tall - 0.15, (176, 40, 40), radius=0.01)
    for x in (0.21, 0.79):
        y = tall - 0.078
        sheet.oval(x, y, 0.09, 0.085, shade(paint, 0.4))
        sheet.oval(x, y, 0.077, 0.077, _TYRE)
        sheet.oval(x, y, 0.047, 0.047, (176, 182, 190))
        for spoke in range(5):
            angle = (spoke + roll / 6) * 1.2566
            tip = (x + 0.045 * cos(angle), y + 0.045 * sin(angle))
            sheet.line([(x, y), tip], (112, 118, 126), 0.012)
    picture = sheet.done()
    return ImageOps.mirror(picture) if heading == "left" else picture
