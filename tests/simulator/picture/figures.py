"""People and the dog, drawn for one moment of their step."""

from functools import lru_cache
from math import cos, pi, sin, tau

from PIL import Image, ImageOps

from ..world.journeys import Heading
from ..world.subjects import Person, Pet
from .brush import OVERSAMPLING, Brush, Point, Rgb, shade

PHASES = 12
"""Pictures of one double step."""
STEP_SECONDS = 1.0
_SHOES: Rgb = (46, 40, 40)
_INK: Rgb = (40, 34, 38)


def step_phase(walked: float, moving: bool) -> int:
    """Return which picture of the step to show; -1 is standing still."""
    return int(walked / STEP_SECONDS * PHASES) % PHASES if moving else -1


@lru_cache(maxsize=4096)
def person(who: Person, heading: Heading, phase: int, height: int) -> Image.Image:
    """Return a person ``height`` pixels tall, feet on the bottom edge, with transparent surroundings."""
    sheet = Brush(0.64, 1.0, height * OVERSAMPLING)
    swing = sin(phase / PHASES * tau) if phase >= 0 else 0.0
    if heading in ("left", "right"):
        if who.rides and phase >= 0:
            _scooter(sheet)
            swing = 0.15
        _side(sheet, who, swing, arms_forward=who.rides and phase >= 0)
    else:
        _front(sheet, who, swing, back=heading == "away")
        if who.rides:
            _scooter_front(sheet)
    picture = sheet.done()
    return ImageOps.mirror(picture) if heading == "left" else picture


def _joint(start: Point, length: float, angle: float) -> Point:
    return start[0] + sin(angle) * length, start[1] + cos(angle) * length


def _side(sheet: Brush, who: Person, swing: float, *, arms_forward: bool) -> None:
    """Seen from the side, facing right."""
    look, x = who.look, 0.3
    sleeve, far_sleeve = look.top, shade(look.top, 0.78)
    for side, trousers in ((-1, shade(look.trousers, 0.78)), (1, look.trousers)):
        angle = 0.5 * swing * side
        bend = 0.55 * max(0.0, -angle) + 0.06
        knee = _joint((x, 0.52), 0.235, angle)
        ankle = _joint(knee, 0.215, angle - bend)
        sheet.limb([(x, 0.52), knee, ankle], trousers, 0.088)
        sheet.limb([(ankle[0], ankle[1] + 0.015), (ankle[0] + 0.055, ankle[1] + 0.02)], _SHOES, 0.045)
        if side < 0:
            _arm(sheet, (x, 0.225), 0.9 if arms_forward else 0.6 * swing, far_sleeve, look.skin)
    if look.long_hair:
        sheet.box(x - 0.085, 0.06, x + 0.02, 0.235, look.hair, radius=0.04)
    sheet.limb([(x, 0.14), (x + 0.005, 0.2)], shade(look.skin, 0.9), 0.06)
    sheet.box(x - 0.082, 0.178, x + 0.082, 0.545, look.top, radius=0.06)
    sheet.box(x - 0.082, 0.5, x + 0.082, 0.555, look.trousers, radius=0.03)
    sheet.oval(x + 0.005, 0.093, 0.07, 0.083, look.skin)
    sheet.oval(x + 0.07, 0.1, 0.015, 0.013, look.skin)
    sheet.arc(x - 0.002, 0.085, 0.086, 165, 322, look.hair)
    sheet.box(x - 0.086, 0.06, x - 0.028, 0.115, look.hair, radius=0.028)
    sheet.oval(x + 0.044, 0.09, 0.012, 0.0125, (246, 244, 240))
    sheet.oval(x + 0.047, 0.091, 0.0075, 0.0105, _INK)
    if look.hat:
        sheet.arc(x, 0.07, 0.088, 178, 362, look.hat)
        sheet.box(x - 0.08, 0.058, x + 0.14, 0.076, shade(look.hat, 0.85), radius=0.008)
    _arm(sheet, (x, 0.225), 1.0 if arms_forward else -0.6 * swing, shade(sleeve, 0.9), look.skin)


def _arm(sheet: Brush, shoulder: Point, angle: float, sleeve: Rgb, skin: Rgb) -> None:
    elbow = _joint(shoulder, 0.15, angle)
    hand = _joint(elbow, 0.14, angle + 0.3)
    sheet.limb([shoulder, elbow, hand], sleeve, 0.062)
    sheet.oval(hand[0], hand[1], 0.031, 0.031, skin)


def _front(sheet: Brush, who: Person, swing: float, *, back: bool) -> None:
    """Seen from the front or from the back."""
    look, x = who.look, 0.32
    for side in (-1, 1):
        lift = 0.045 * max(0.0, swing * side)
        foot = 0.955 - lift
        sheet.limb([(x + side * 0.055, 0.52), (x + side * 0.06, foot - 0.02)], look.trousers, 0.09)
        sheet.box(x + side * 0.06 - 0.042, foot - 0.02, x + side * 0.06 + 0.042, foot + 0.035, _SHOES, radius=0.025)
        hand = 0.5 + 0.03 * swing * side
        shoulder, elbow = (x + side * 0.115, 0.225), (x + side * 0.15, 0.36)
        sheet.limb([shoulder, elbow, (x + side * 0.145, hand)], shade(look.top, 0.88), 0.062)
        sheet.oval(x + side * 0.145, hand + 0.01, 0.031, 0.031, look.skin)
    if look.long_hair and not back:
        sheet.box(x - 0.088, 0.06, x + 0.088, 0.225, shade(look.hair, 0.85), radius=0.05)
    sheet.limb([(x, 0.14), (x, 0.2)], shade(look.skin, 0.9), 0.065)
    sheet.box(x - 0.125, 0.175, x + 0.125, 0.545, look.top, radius=0.07)
    sheet.box(x - 0.108, 0.495, x + 0.108, 0.56, look.trousers, radius=0.035)
    sheet.oval(x, 0.093, 0.072, 0.085, look.hair if back else look.skin)
    if back:
        if look.long_hair:
            sheet.box(x - 0.078, 0.06, x + 0.078, 0.25, look.hair, radius=0.05)
    else:
        sheet.arc(x, 0.083, 0.084, 172, 368, look.hair)
        sheet.oval(x, 0.095, 0.06, 0.05, look.skin)
        for side in (-1, 1):
            sheet.oval(x + side * 0.028, 0.097, 0.0155, 0.0125, (246, 244, 240))
            sheet.oval(x + side * 0.028, 0.098, 0.0085, 0.0105, _INK)
        sheet.line([(x - 0.02, 0.137), (x, 0.142), (x + 0.02, 0.137)], shade(look.skin, 0.62), 0.008)
        sheet.poly([(x - 0.035, 0.178), (x + 0.035, 0.178), (x, 0.225)], shade(look.skin, 0.92))
    if look.hat:
        sheet.arc(x, 0.072, 0.09, 180, 360, look.hat)
        sheet.box(x - 0.1, 0.06, x + 0.1, 0.078, shade(look.hat, 0.85), radius=0.008)


def _scooter(sheet: Brush) -> None:
    sheet.limb([(0.12, 0.955), (0.46, 0.955)], (70, 78, 90), 0.03)
    sheet.limb([(0.46, 0.955), (0.5, 0.42)], (94, 102, 114), 0.024)
    sheet.limb([(0.46, 0.42), (0.53, 0.42)], _INK, 0.028)
    for x in (0.12, 0.48):
        sheet.oval(x, 0.965, 0.035, 0.035, _INK)
        sheet.oval(x, 0.965, 0.014, 0.014, (190, 196, 204))


def _scooter_front(sheet: Brush) -> None:
    sheet.limb([(0.32, 0.97), (0.32, 0.5)], (94, 102, 114), 0.026)
    sheet.limb([(0.2, 0.49), (0.44, 0.49)], _INK, 0.03)
    sheet.oval(0.32, 0.955, 0.018, 0.045, _INK)


@lru_cache(maxsize=512)
def dog(pet: Pet, facing_left: bool, phase: int, height: int) -> Image.Image:
    """Return the dog ``height`` pixels tall from the side, paws on the bottom edge."""
    sheet = Brush(1.5, 1.0, height * OVERSAMPLING)
    coat, far = pet.coat, shade(pet.coat, 0.8)
    turn = phase / PHASES * tau if phase >= 0 else 0.0
    for x, offset in ((0.42, pi), (1.0, 0.0)):
        _paw(sheet, x, 0.4 * sin(turn + offset) if phase >= 0 else 0.0, far)
    sheet.limb([(0.36, 0.5), (0.2, 0.28 + 0.05 * sin(turn * 2))], coat, 0.09)
    sheet.box(0.3, 0.4, 1.1, 0.74, coat, radius=0.17)
    for x, offset in ((0.4, 0.0), (1.02, pi)):
        _paw(sheet, x, 0.4 * sin(turn + offset) if phase >= 0 else 0.0, coat)
    sheet.limb([(1.02, 0.5), (1.14, 0.32)], coat, 0.22)
    sheet.oval(1.17, 0.26, 0.17, 0.15, coat)
    sheet.limb([(1.24, 0.3), (1.36, 0.31)], coat, 0.13)
    sheet.oval(1.42, 0.28, 0.035, 0.03, _INK)
    sheet.oval(1.24, 0.22, 0.022, 0.026, _INK)
    sheet.limb([(1.08, 0.18), (1.02, 0.36)], shade(coat, 0.66), 0.1)
    sheet.limb([(1.0, 0.44), (1.12, 0.5)], (200, 60, 56), 0.05)
    picture = sheet.done()
    return ImageOps.mirror(picture) if facing_left else picture


def _paw(sheet: Brush, x: float, angle: float, coat: Rgb) -> None:
    knee = _joint((x, 0.66), 0.16, angle)
    sheet.limb([(x, 0.62), knee, _joint(knee, 0.13, angle * 0.3)], coat, 0.11)
