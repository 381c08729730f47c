"""Backgrounds of the rooms. Design units; lamps are always on."""

from ..world.dice import Dice
from ..world.places import Place
from .brush import DESIGN_HEIGHT, DESIGN_WIDTH, Brush, Rgb, mix, shade
from .light import Light

_LEAF: Rgb = (86, 138, 84)
_WOOD: Rgb = (176, 130, 88)
_METAL: Rgb = (176, 182, 190)
CLOCK_CENTRE = (1010.0, 168.0)
"""Where the wall clock of the reception hangs; scene.py draws its hands."""


def reception(sheet: Brush, place: Place, light: Light) -> None:
    """A hall with a desk, a clock on the wall and chairs for those who wait."""
    sheet.fade(0, 0, DESIGN_WIDTH, 450, (232, 236, 232), (216, 222, 218))
    sheet.box(0, 300, DESIGN_WIDTH, 452, (104, 138, 140))
    sheet.box(0, 294, DESIGN_WIDTH, 302, (238, 234, 222))
    sheet.box(0, 440, DESIGN_WIDTH, 454, (238, 234, 222))
    _floor(sheet, 452, (206, 190, 166), (182, 162, 136))
    _outside(sheet, light, 70, 90, 190, 190)
    _outside(sheet, light, 292, 90, 190, 190)
    sheet.box(560, 96, 880, 236, (38, 62, 84), radius=12)
    sheet.text(720, 150, place.site_name, 42, (246, 240, 224))
    sheet.line([(610, 182), (830, 182)], (214, 172, 96), 3)
    sheet.text(720, 206, "RECEPTION", 20, (214, 196, 156))
    x, y = CLOCK_CENTRE
    sheet.oval(x, y, 52, 52, (52, 56, 64))
    sheet.oval(x, y, 45, 45, (250, 248, 240))
    sheet.poly([(548, 330), (908, 330), (930, 352), (526, 352)], shade(_WOOD, 1.15))
    sheet.box(534, 352, 922, 470, _WOOD)
    for column in range(4):
        sheet.box(548 + column * 94, 366, 630 + column * 94, 456, shade(_WOOD, 0.86), radius=4)
    sheet.box(680, 262, 790, 328, (44, 48, 56), radius=5)
    sheet.box(686, 268, 784, 320, (112, 176, 206))
    sheet.box(728, 326, 742, 340, (44, 48, 56))
    sheet.oval(850, 326, 15, 10, (206, 84, 72))
    _plant(sheet, 1180, 470, 1.5)
    _plant(sheet, 508, 452, 0.9)
    for x in (120, 236):
        _chair(sheet, x, 476)
    _pendant(sheet, 400)
    _pendant(sheet, 900)


def kitchen(sheet: Brush, place: Place, light: Light) -> None:
    """Cupboards, a window over the sink, a fridge and a stove."""
    sheet.fade(0, 0, DESIGN_WIDTH, 460, (244, 236, 218), (234, 224, 202))
    for row in range(5):
        for column in range(21):
            shift = 32 if row % 2 else 0
            tile = mix((214, 228, 224), (196, 216, 214), (row * 7 + column * 5) % 4 / 3)
            sheet.box(column * 64 - shift, 236 + row * 24, column * 64 - shift + 61, 257 + row * 24, tile)
    _floor(sheet, 452, (198, 206, 204), (164, 176, 176))
    cupboard: Rgb = (72, 118, 128)
    for x in (40, 180, 320, 820, 960):
        sheet.box(x, 70, x + 132, 216, cupboard, radius=5)
        sheet.box(x + 12, 82, x + 120, 204, shade(cupboard, 1.1), radius=4)
        sheet.box(x + 58, 184, x + 74, 190, (226, 200, 140), radius=3)
    _outside(sheet, light, 500, 70, 270, 160)
    sheet.box(486, 228, 786, 240, (248, 244, 234), radius=3)
    for x in (520, 556, 742):
        _plant(sheet, x, 232, 0.3)
    for x in range(30, 1090, 132):
        sheet.box(x, 352, x + 130, 470, cupboard, radius=4)
        sheet.box(x + 10, 366, x + 120, 458, shade(cupboard, 1.08), radius=4)
        sheet.box(x + 50, 374, x + 80, 380, (226, 200, 140), radius=3)
    sheet.box(20, 334, 1094, 356, (236, 228, 214), radius=4)
    sheet.box(296, 352, 420, 470, (56, 60, 68), radius=4)
    sheet.box(310, 388, 406, 450, (34, 36, 42), radius=6)
    for knob in range(4):
        sheet.oval(318 + knob * 26, 370, 7, 7, _METAL)
    sheet.box(326, 296, 394, 334, (206, 84, 72), radius=8)
    sheet.box(318, 300, 402, 308, shade((206, 84, 72), 0.8), radius=4)
    sheet.limb([(636, 334), (636, 286), (664, 286), (664, 300)], _METAL, 9)
    for x, colour in ((900, (214, 172, 96)), (934, (206, 84, 72)), (968, (92, 140, 96))):
        sheet.box(x, 292, x + 26, 334, colour, radius=5)
        sheet.box(x - 2, 286, x + 28, 296, shade(colour, 0.75), radius=3)
    sheet.box(1104, 120, 1262, 478, (226, 230, 234), radius=12)
    sheet.line([(1104, 258), (1262, 258)], (190, 196, 202), 4)
    for y in (200, 282):
        sheet.box(1118, y, 1126, y + 46, (150, 156, 164), radius=4)
    sheet.box(1180, 300, 1222, 342, (250, 240, 170))
    _pendant(sheet, 260)
    _pendant(sheet, 900)


def corridor(sheet: Brush, place: Place, light: Light) -> None:
    """A long hallway with doors on both sides."""
    far = (520.0, 150.0, 760.0, 346.0)
    x0, y0, x1, y1 = far
    sheet.poly([(0, 0), (DESIGN_WIDTH, 0), (x1, y0), (x0, y0)], (236, 238, 238))
    sheet.poly([(0, 0), (x0, y0), (x0, y1), (0, 760)], (222, 214, 198))
    sheet.poly([(DESIGN_WIDTH, 0), (x1, y0), (x1, y1), (DESIGN_WIDTH, 760)], (208, 200, 184))
    sheet.poly([(x0, y1), (x1, y1), (DESIGN_WIDTH, 760), (0, 760)], (142, 112, 92))
    sheet.poly([(580, y1), (700, y1), (980, 740), (300, 740)], (150, 66, 64))
    sheet.poly([(590, y1), (690, y1), (930, 740), (350, 740)], (170, 82, 76))
    sheet.box(x0, y0, x1, y1, (232, 226, 212))
    _outside(sheet, light, 590, 176, 100, 96)
    sheet.poly([(0, 700), (x0, y1 - 8), (x0, y1), (0, 760)], (246, 240, 228))
    sheet.poly([(DESIGN_WIDTH, 700), (x1, y1 - 8), (x1, y1), (DESIGN_WIDTH, 760)], (238, 232, 220))
    for near, number in ((0.14, 105), (0.34, 103), (0.64, 101)):
        for side in (-1, 1):
            _side_door(sheet, side, near, near + 0.1 + near * 0.16, number + (side + 1) // 2)
    for near in (0.1, 0.3, 0.62):
        y = y0 - y0 * near
        half = 40 + 190 * near
        sheet.poly([(640 - half, y), (640 + half, y), (640 + half * 1.14, y - 24 * near - 5),
                    (640 - half * 1.14, y - 24 * near - 5)], (255, 255, 246))  # fmt: skip
    sheet.box(604, 156, 676, 174, (52, 142, 88), radius=3)
    sheet.text(640, 165, "EXIT", 13, (244, 250, 244))
    _plant(sheet, 478, 396, 0.55)


def _side_door(sheet: Brush, side: int, near: float, nearer: float, number: int) -> None:
    def wall_x(share: float) -> float:
        return 640 + side * (120 + 520 * share)

    def foot(share: float) -> float:
        return 346 + 414 * share

    def head(share: float) -> float:
        return foot(share) - (foot(share) - (150 - 150 * share)) * 0.74

    a, b = near, nearer
    frame = [(wall_x(a), head(a)), (wall_x(b), head(b)), (wall_x(b), foot(b)), (wall_x(a), foot(a))]
    sheet.poly(frame, (248, 244, 232))
    inset = (b - a) * 0.12
    a, b = a + inset, b - inset
    drop = 10 * near + 3
    sheet.poly([(wall_x(a), head(a) + drop), (wall_x(b), head(b) + drop), (wall_x(b), foot(b)), (wall_x(a), foot(a))],
               (76, 110, 122))  # fmt: skip
    knob = b - inset
    sheet.oval(wall_x(knob), (head(knob) + foot(knob)) / 2 + 8, 3 + 6 * near, 3 + 6 * near, (226, 186, 92))
    middle = (a + b) / 2
    sheet.text(wall_x(middle), head(middle) + 24 + 60 * near, str(number), 11 + 22 * near, (240, 236, 222))


def warehouse(sheet: Brush, place: Place, light: Light) -> None:
    """Racks of boxes left and right, a roller door at the end."""
    sheet.fade(0, 0, DESIGN_WIDTH, 340, (176, 184, 190), (202, 208, 210))
    for x in range(0, 1300, 40):
        sheet.line([(x, 0), (x, 340)], (190, 196, 200), 3)
    for y, thick in ((46, 14), (96, 9)):
        sheet.box(0, y, DESIGN_WIDTH, y + thick, (126, 134, 142))
    _floor(sheet, 332, (182, 180, 174), (146, 144, 140))
    sheet.box(520, 130, 760, 342, (104, 114, 124))
    for y in range(134, 342, 17):
        sheet.box(530, y, 750, y + 13, (150, 160, 170))
    sheet.box(596, 100, 684, 124, (38, 62, 84), radius=4)
    sheet.text(640, 112, "DOCK 2", 16, (244, 238, 220))
    for x0, x1, far0, far1 in ((0, 300, 350, 496), (1280, 980, 930, 784)):
        for near, (left, right), foot, top in ((0, (far0, far1), 360.0, 150.0), (1, (x0, x1), 560.0, 60.0)):
            _rack(sheet, min(left, right), max(left, right), top, foot, Dice(place.id, near, x0))
    for side in (1, -1):
        edge = 640 - side * 130
        sheet.poly(
            [(edge, 342), (edge + side * 8, 342), (edge - side * 190, 720), (edge - side * 220, 720)], (236, 190, 70)
        )
    for x in (300, 640, 980):
        sheet.box(x - 70, 14, x + 70, 26, (255, 255, 244), radius=5)
        sheet.glow(x, 30, 150, (60, 58, 46))


def _rack(sheet: Brush, x0: float, x1: float, top: float, foot: float, dice: Dice) -> None:
    size = foot - top
    shelf = size / 3
    sheet.box(x0, top, x1, foot, (92, 98, 108))
    for level in range(3):
        floor = top + shelf * (level + 1)
        x = x0 + 8
        while x < x1 - shelf * 0.35:
            width, height = shelf * dice.between(0.4, 0.75), shelf * dice.between(0.45, 0.82)
            width = min(width, x1 - 8 - x)
            box = dice.pick(((198, 156, 108), (182, 138, 92), (212, 176, 130), (110, 146, 168), (168, 92, 78)))
            sheet.box(x, floor - height, x + width, floor, box)
            sheet.box(x + width * 0.42, floor - height, x + width * 0.56, floor, shade(box, 1.14))
            sheet.box(x + width * 0.62, floor - height * 0.4, x + width * 0.9, floor - height * 0.18, (240, 238, 230))
            x += width + 5
        sheet.box(x0, floor - 4, x1, floor + 6, (214, 104, 56))
    for x in (x0, x1 - 10):
        sheet.box(x, top - 12, x + 10, foot + 8, (48, 84, 132))


def _floor(sheet: Brush, top: float, far: Rgb, near: Rgb) -> None:
    sheet.fade(0, top, DESIGN_WIDTH, DESIGN_HEIGHT, far, near)
    seam = shade(mix(far, near, 0.5), 0.93)
    depth = DESIGN_HEIGHT - top
    for row in range(1, 6):
        y = top + depth * (row / 5.5) ** 1.7
        sheet.line([(0, y), (DESIGN_WIDTH, y)], seam, 2 + row * 0.3)
    for column in range(-16, 17):
        sheet.line([(640 + column * 70, top), (640 + column * 150, DESIGN_HEIGHT)], seam, 2)


def _outside(sheet: Brush, light: Light, x: float, y: float, width: float, height: float) -> None:
    """Paint a window onto the sky and a hill."""
    sheet.box(x - 10, y - 10, x + width + 10, y + height + 10, (250, 247, 238), radius=3)
    top, bottom = light.sky
    sheet.fade(x, y, x + width, y + height, *(mix(colour, (20, 26, 46), light.dark * 0.55) for colour in (top, bottom)))
    hill = mix((116, 158, 108), (26, 36, 50), light.dark * 0.85)
    sheet.poly([(x, y + height * 0.72), (x + width * 0.4, y + height * 0.56), (x + width, y + height * 0.74),
                (x + width, y + height), (x, y + height)], hill)  # fmt: skip
    sheet.box(x + width / 2 - 4, y, x + width / 2 + 4, y + height, (250, 247, 238))
    sheet.box(x, y + height * 0.45, x + width, y + height * 0.45 + 7, (250, 247, 238))


def _plant(sheet: Brush, x: float, foot: float, size: float) -> None:
    for dx, dy in ((-46, -120), (-24, -150), (4, -165), (30, -146), (48, -112), (-34, -84), (36, -80)):
        tip = (x + dx * size, foot + dy * size)
        sheet.limb([(x, foot - 46 * size), tip], shade(_LEAF, 0.8 - dy / 600), 15 * size)
    sheet.poly([(x - 32 * size, foot - 56 * size), (x + 32 * size, foot - 56 * size), (x + 24 * size, foot),
                (x - 24 * size, foot)], (232, 226, 216))  # fmt: skip
    sheet.box(x - 34 * size, foot - 58 * size, x + 34 * size, foot - 46 * size, (214, 206, 194), radius=3)


def _chair(sheet: Brush, x: float, foot: float) -> None:
    for leg in (x + 8, x + 76):
        sheet.limb([(leg, foot - 50), (leg, foot)], (80, 70, 62), 7)
    sheet.box(x, foot - 136, x + 84, foot - 60, (196, 112, 76), radius=14)
    sheet.box(x - 4, foot - 70, x + 88, foot - 42, (210, 128, 90), radius=10)


def _pendant(sheet: Brush, x: float) -> None:
    sheet.line([(x, 0), (x, 34)], (70, 72, 78), 4)
    sheet.poly([(x - 16, 32), (x + 16, 32), (x + 40, 62), (x - 40, 62)], (62, 70, 82))
    sheet.oval(x, 62, 22, 8, (255, 244, 206))
    sheet.glow(x, 70, 170, (64, 56, 38))
