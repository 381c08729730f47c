"""Backgrounds of the places under the open sky. Design units; see ``ground`` in scene.py for where one can walk."""

from ..world.cast import thrown_plate
from ..world.dice import Dice
from ..world.places import Place
from ..world.subjects import Vehicle
from .brush import DESIGN_HEIGHT, DESIGN_WIDTH, Brush, Rgb, mix, shade
from .light import Light
from .vehicles import end_on

_WARM: Rgb = (255, 214, 140)
_LEAF: Rgb = (86, 138, 84)
_STONE: Rgb = (206, 198, 184)


def gate(sheet: Brush, place: Place, light: Light) -> None:
    """A drive that comes up from the harbour between two gate posts."""
    _sky(sheet, light, 290, place)
    sheet.fade(0, 232, DESIGN_WIDTH, 300, (96, 152, 182), (134, 184, 202))
    for x, width in ((250, 70), (560, 46), (880, 90), (700, 38)):
        sheet.line([(x, 258), (x + width, 258)], (178, 212, 222), 2)
    _boat(sheet, 410, 250, 1.0)
    _boat(sheet, 820, 244, 0.6)
    sheet.fade(0, 284, DESIGN_WIDTH, DESIGN_HEIGHT, (150, 176, 118), (112, 150, 92))
    for x in range(-20, 1300, 90):
        if not 470 < x < 790:
            sheet.oval(x + 30, 288, 74, 34, shade(_LEAF, 0.9 + (x % 4) * 0.05))
    sheet.poly([(548, 298), (732, 298), (1220, 720), (60, 720)], (212, 206, 194))
    sheet.poly([(576, 298), (704, 298), (1010, 720), (250, 720)], (126, 128, 134))
    for near in range(7):
        y0 = 310 + near * near * 9
        sheet.poly(
            [
                (639 - near, y0),
                (641 + near, y0),
                (643 + near * 2, y0 + 12 + near * 6),
                (637 - near * 2, y0 + 12 + near * 6),
            ],
            (226, 224, 214),
        )
    for x, side in ((320, -1), (960, 1)):
        sheet.poly(
            [(x + side * 20, 330), (x + side * 640, 300), (x + side * 640, 520), (x + side * 20, 470)], (188, 108, 86)
        )
        for row in range(5):
            y = 350 + row * 26
            sheet.line([(x + side * 20, y), (x + side * 640, y + row * 6 - 16)], (170, 94, 74), 2)
        sheet.poly([(x + side * 20, 318), (x + side * 640, 286), (x + side * 640, 302), (x + side * 20, 334)], _STONE)
        sheet.box(x - 40, 270, x + 40, 490, (176, 96, 76))
        for row in range(8):
            sheet.line([(x - 40, 294 + row * 25), (x + 40, 294 + row * 25)], (156, 82, 64), 2)
        sheet.box(x - 50, 256, x + 50, 276, _STONE, radius=4)
        sheet.box(x - 46, 484, x + 46, 498, shade(_STONE, 0.8), radius=3)
        _lantern(sheet, x, 256)
    sheet.box(246, 352, 394, 388, (38, 62, 84), radius=6)
    sheet.text(320, 370, place.site_name, 21, (244, 238, 220))
    _bush(sheet, 120, 560, 1.3)
    _bush(sheet, 1190, 540, 1.2)
    _lamps(sheet, light, (320, 236, 300), (960, 236, 300))
    _pools(sheet, light, (640, 520, 420, 190))


def car_park(sheet: Brush, place: Place, light: Light) -> None:
    """Bays left and right of a lane, cars that never move in some of them."""
    _sky(sheet, light, 330, place)
    for x, y, size in ((60, 250, 1.5), (230, 262, 1.1), (1010, 256, 1.2), (1160, 246, 1.7), (880, 268, 0.9)):
        _tree(sheet, x, y + 70, size)
    sheet.box(300, 150, 560, 330, (214, 196, 170))
    sheet.box(288, 136, 572, 156, (118, 84, 72))
    for column in range(4):
        for row in range(2):
            _window(sheet, light, 322 + column * 58, 176 + row * 70, 40, 46, lit=(column + row) % 3 == 0)
    sheet.box(0, 300, 575, 334, (96, 132, 84), radius=10)
    sheet.box(705, 300, DESIGN_WIDTH, 334, (96, 132, 84), radius=10)
    sheet.fade(0, 330, DESIGN_WIDTH, DESIGN_HEIGHT, (140, 142, 150), (112, 114, 122))
    sheet.poly([(575, 300), (705, 300), (730, 332), (550, 332)], (140, 142, 150))
    white: Rgb = (232, 232, 226)
    for far_x, near_x in ((50, -330), (190, -30), (330, 230), (470, 400)):
        sheet.poly([(far_x, 345), (far_x + 5, 345), (near_x + 150, 505), (near_x + 138, 505)], white)
        right = DESIGN_WIDTH - far_x
        mirrored = DESIGN_WIDTH - near_x
        sheet.poly([(right, 345), (right - 5, 345), (mirrored - 150, 505), (mirrored - 138, 505)], white)
    sheet.poly([(600, 560), (680, 560), (640, 500)], white)
    sheet.box(626, 556, 654, 690, white)
    paints: tuple[Rgb, ...] = ((92, 120, 146), (176, 90, 74), (220, 214, 200), (84, 104, 84))
    dice = Dice(place.id, "parked")
    for number, x in enumerate((112, 262, 1018, 1170)):
        _parked(sheet, x, 432, 150, paints[number], thrown_plate(dice))
    for x in (236, 1044):
        sheet.limb([(x, 330), (x, 96)], (92, 98, 106), 8)
        sheet.limb([(x, 98), (x + (60 if x < 640 else -60), 88)], (92, 98, 106), 7)
    sheet.box(760, 214, 844, 292, (36, 92, 168), radius=10)
    sheet.text(802, 253, "P", 62, (246, 246, 246))
    sheet.limb([(802, 292), (802, 334)], (92, 98, 106), 6)
    _lamps(sheet, light, (296, 92, 190), (984, 92, 190))
    _pools(sheet, light, (300, 420, 340, 150), (980, 420, 340, 150), (640, 560, 480, 220))


def entrance(sheet: Brush, place: Place, light: Light) -> None:
    """The front of the house with its door in the middle."""
    _sky(sheet, light, 150, place)
    sheet.fade(0, 54, DESIGN_WIDTH, 440, (232, 222, 204), (216, 204, 184))
    for y in range(70, 440, 22):
        sheet.line([(0, y), (DESIGN_WIDTH, y)], (204, 192, 172), 2)
    sheet.poly([(0, 40), (DESIGN_WIDTH, 40), (DESIGN_WIDTH, 62), (0, 62)], (106, 88, 84))
    sheet.box(0, 404, DESIGN_WIDTH, 442, (150, 140, 132))
    for x in (96, 314, 860, 1078):
        _sash(sheet, light, x, 140, 120, 176, lit=x in (314, 1078))
    sheet.box(532, 96, 748, 440, (250, 246, 236))
    sheet.poly([(512, 100), (768, 100), (640, 48)], (250, 246, 236))
    sheet.poly([(548, 92), (732, 92), (640, 60)], (196, 186, 170))
    _window(sheet, light, 552, 116, 176, 42, lit=True)
    door: Rgb = (36, 84, 104)
    sheet.box(556, 166, 724, 440, door)
    for x in (574, 648):
        sheet.box(x, 184, x + 58, 286, shade(door, 0.84), radius=4)
        sheet.box(x, 306, x + 58, 416, shade(door, 0.84), radius=4)
    sheet.oval(706, 312, 8, 8, (226, 186, 92))
    sheet.box(766, 268, 786, 302, (60, 64, 70), radius=4)
    sheet.oval(776, 290, 5, 5, (110, 190, 240))
    sheet.box(420, 108, 516, 136, (38, 62, 84), radius=5)
    sheet.text(468, 122, place.site_name, 13, (244, 238, 220))
    sheet.fade(0, 440, DESIGN_WIDTH, DESIGN_HEIGHT, (196, 188, 178), (166, 160, 152))
    for row, y in enumerate((440, 476, 524, 588, 672)):
        sheet.line([(0, y), (DESIGN_WIDTH, y)], (176, 168, 158), 3)
        for column in range(-9, 10):
            spread = 90 + row * 26
            joint = 640 + (column + (row % 2) * 0.5) * spread
            sheet.line([(joint, y), (joint + column * 9, y + 34 + row * 15)], (176, 168, 158), 2)
    sheet.poly([(516, 440), (764, 440), (790, 466), (490, 466)], (222, 216, 206))
    sheet.poly([(490, 466), (790, 466), (790, 478), (490, 478)], (180, 172, 162))
    sheet.poly([(560, 446), (720, 446), (730, 462), (550, 462)], (120, 92, 76))
    for x in (480, 800):
        sheet.poly([(x - 30, 412), (x + 30, 412), (x + 22, 468), (x - 22, 468)], (184, 100, 72))
        for dx, dy, r in ((0, 366, 38), (-18, 388, 26), (18, 386, 28), (0, 338, 24)):
            sheet.oval(x + dx, dy, r, r, shade(_LEAF, 0.86 + r / 180))
    for x in (520, 760):
        sheet.box(x - 11, 186, x + 11, 222, (54, 56, 62), radius=4)
        sheet.box(x - 7, 192, x + 7, 217, (240, 236, 220), radius=2)
    _lamps(sheet, light, (520, 206, 280), (760, 206, 280))
    _pools(sheet, light, (640, 500, 520, 190))


def yard(sheet: Brush, place: Place, light: Light) -> None:
    """Behind the house: a shed, a fence, a lawn and a paved way for deliveries."""
    _sky(sheet, light, 330, place)
    for x, size in ((470, 1.2), (640, 1.5), (900, 1.3), (1120, 1.6)):
        _tree(sheet, x, 330, size)
    sheet.box(0, 326, DESIGN_WIDTH, 400, (124, 160, 96))
    for x in range(380, 1290, 36):
        sheet.poly([(x, 290), (x + 13, 276), (x + 26, 290), (x + 26, 396), (x, 396)], (228, 220, 204))
    for y in (312, 366):
        sheet.box(380, y, DESIGN_WIDTH, y + 11, (212, 202, 186))
    sheet.fade(0, 396, DESIGN_WIDTH, DESIGN_HEIGHT, (146, 180, 108), (104, 148, 82))
    sheet.poly([(0, 486), (DESIGN_WIDTH, 486), (DESIGN_WIDTH, 610), (0, 610)], (178, 172, 166))
    for x in range(-20, 1300, 80):
        sheet.line([(x, 488), (x - 26, 608)], (162, 156, 150), 3)
    sheet.line([(0, 546), (DESIGN_WIDTH, 546)], (162, 156, 150), 3)
    sheet.poly([(250, 408), (346, 408), (410, 486), (214, 486)], (178, 172, 166))
    sheet.box(120, 210, 420, 410, (168, 92, 66))
    for x in range(140, 420, 24):
        sheet.line([(x, 212), (x, 410)], (150, 80, 56), 2)
    sheet.poly([(92, 216), (448, 216), (400, 132), (140, 132)], (88, 94, 106))
    for y in (154, 176, 198):
        sheet.line([(120 - (y - 176) * 0.8, y), (420 + (y - 176) * 0.8, y)], (76, 82, 94), 3)
    sheet.box(252, 262, 344, 410, (244, 238, 226))
    sheet.box(260, 270, 336, 410, (74, 106, 92))
    sheet.line([(260, 270), (336, 410)], (62, 90, 78), 6)
    sheet.oval(326, 346, 5, 5, (226, 186, 92))
    _window(sheet, light, 150, 280, 70, 62, lit=True)
    sheet.limb([(700, 396), (700, 268)], (150, 140, 130), 7)
    sheet.limb([(1010, 396), (1010, 268)], (150, 140, 130), 7)
    sheet.line([(700, 276), (855, 290), (1010, 276)], (236, 236, 230), 2)
    for x, colour in ((740, (206, 84, 72)), (806, (240, 240, 236)), (874, (84, 134, 178)), (944, (240, 200, 104))):
        sheet.poly([(x, 284), (x + 46, 285), (x + 43, 348), (x + 3, 346)], colour)
    sheet.poly([(470, 372), (560, 372), (548, 412), (482, 412)], (150, 104, 70))
    for dx in range(0, 80, 16):
        sheet.oval(478 + dx, 364 - dx % 3 * 4, 13, 13, ((214, 76, 92), (240, 196, 80), (236, 236, 240))[dx // 16 % 3])
    sheet.box(298 - 10, 226, 298 + 10, 250, (54, 56, 62), radius=4)
    _lamps(sheet, light, (298, 246, 300))
    _pools(sheet, light, (360, 500, 460, 150), (900, 560, 420, 150))


def _sky(sheet: Brush, light: Light, horizon: float, place: Place) -> None:
    top, bottom = light.sky
    sheet.fade(0, 0, DESIGN_WIDTH, horizon, top, bottom)
    dice = Dice(place.id, "sky")
    if light.dark > 0.7:
        for _ in range(70):
            x, y, r = dice.between(0, DESIGN_WIDTH), dice.between(40, horizon * 0.8), dice.between(0.8, 2.2)
            sheet.oval(x, y, r, r, (255, 255, 255))
        sheet.oval(980, 96, 30, 30, (255, 252, 236))
        sheet.oval(968, 90, 27, 27, mix(top, bottom, 0.3))
    cloud = mix((255, 255, 255), bottom, 0.25 + 0.6 * light.dark)
    for _ in range(5):
        x, y, size = dice.between(0, DESIGN_WIDTH), dice.between(50, horizon * 0.55), dice.between(0.6, 1.2)
        x = (x + light.step * 37) % (DESIGN_WIDTH + 300) - 150
        for dx, dy, r in ((-56, 8, 26), (-20, -6, 36), (24, 0, 32), (58, 10, 22)):
            sheet.oval(x + dx * size, y + dy * size, r * size * 1.25, r * size * 0.7, cloud)


def _boat(sheet: Brush, x: float, y: float, size: float) -> None:
    sheet.poly([(x - 26 * size, y), (x + 26 * size, y), (x + 17 * size, y + 11 * size), (x - 19 * size, y + 11 * size)],
               (150, 74, 60))  # fmt: skip
    sheet.line([(x, y), (x, y - 58 * size)], (90, 76, 66), 2)
    sheet.poly([(x + 2, y - 56 * size), (x + 24 * size, y - 6 * size), (x + 2, y - 6 * size)], (248, 246, 238))
    sheet.poly([(x - 2, y - 48 * size), (x - 18 * size, y - 6 * size), (x - 2, y - 6 * size)], (232, 226, 214))


def _lantern(sheet: Brush, x: float, y: float) -> None:
    sheet.box(x - 4, y - 14, x + 4, y, (54, 56, 62))
    sheet.box(x - 13, y - 40, x + 13, y - 12, (250, 236, 196), radius=4)
    sheet.poly([(x - 18, y - 38), (x + 18, y - 38), (x, y - 54)], (54, 56, 62))


def _bush(sheet: Brush, x: float, y: float, size: float) -> None:
    for dx, dy, r in ((-60, 20, 44), (-14, -6, 60), (44, 12, 50), (82, 30, 30)):
        sheet.oval(x + dx * size, y + dy * size, r * size, r * size * 0.8, shade(_LEAF, 0.74 + r / 300))


def _tree(sheet: Brush, x: float, foot: float, size: float) -> None:
    sheet.box(x - 8 * size, foot - 60 * size, x + 8 * size, foot, (112, 86, 66))
    for dx, dy, r in ((0, -120, 52), (-36, -86, 40), (36, -90, 42), (4, -76, 44)):
        sheet.oval(x + dx * size, foot + dy * size, r * size, r * size, shade(_LEAF, 0.78 + r / 260))


def _window(sheet: Brush, light: Light, x: float, y: float, width: float, height: float, *, lit: bool) -> None:
    sheet.box(x - 4, y - 4, x + width + 4, y + height + 4, (246, 242, 232))
    sheet.box(x, y, x + width, y + height, (150, 188, 208))

    def bars(colour: Rgb) -> None:
        sheet.line([(x + width / 2, y), (x + width / 2, y + height)], colour, 4)
        sheet.line([(x, y + height / 2), (x + width, y + height / 2)], colour, 4)

    def lamp() -> None:
        sheet.fade(x, y, x + width, y + height, (255, 222, 150), (255, 196, 116))
        bars((150, 120, 84))

    bars((246, 242, 232))
    if lit and light.dark > 0.25:
        sheet.shine(lamp)


def _sash(sheet: Brush, light: Light, x: float, y: float, width: float, height: float, *, lit: bool) -> None:
    for shutter in (x - 40, x + width + 8):
        sheet.box(shutter, y - 6, shutter + 32, y + height + 6, (76, 116, 124), radius=3)
        for slat in range(int(y) + 8, int(y + height), 16):
            sheet.line([(shutter + 5, slat), (shutter + 27, slat)], (62, 100, 108), 4)
    _window(sheet, light, x, y, width, height, lit=lit)
    sheet.poly([(x + 8, y + 70), (x + 46, y + 4), (x + 64, y + 4), (x + 8, y + 100)], (255, 255, 255, 46))
    sheet.box(x - 14, y + height + 4, x + width + 14, y + height + 18, (240, 234, 222), radius=3)
    for number in range(7):
        colour = ((206, 76, 92), (236, 190, 90), (238, 238, 240))[number % 3]
        sheet.oval(x + 10 + number * (width - 20) / 6, y + height - 2, 12, 12, shade(_LEAF, 0.9))
        sheet.oval(x + 10 + number * (width - 20) / 6, y + height - 8, 6, 6, colour)


def _parked(sheet: Brush, x: float, foot: float, width: float, paint: Rgb, plate: str) -> None:
    car = Vehicle(f"parked {plate}", plate, "", "", paint, "car", None, "unknown", ())
    picture = end_on(car, False, round(width * sheet.scale), False)
    sheet.oval(x, foot - 2, width * 0.52, 12, (40, 42, 50, 110))
    corner = (round((x - width / 2) * sheet.scale), round(foot * sheet.scale) - picture.height)
    sheet.image.paste(picture, corner, picture)


def _lamps(sheet: Brush, light: Light, *lamps: tuple[float, float, float]) -> None:
    """Switch on lamps at a place with a reach, if it is dark."""
    if light.dark > 0.2:
        for x, y, reach in lamps:
            sheet.lamp(x, y, reach, shade(_WARM, light.dark))


def _pools(sheet: Brush, light: Light, *pools: tuple[float, float, float, float]) -> None:
    """Let lamps out of sight light the ground: centre and radii."""
    if light.dark > 0.2:
        for x, y, rx, ry in pools:
            sheet.pool(x, y, rx, ry, shade(_WARM, 0.85 * light.dark))
