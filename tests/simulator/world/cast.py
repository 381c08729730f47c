"""Who belongs to a site: written down for the first one, thrown with the dice for all others."""

from uuid import uuid5

from .dice import Dice
from .places import NAMESPACE
from .subjects import Colour, Look, Person, Pet, Standing, Subject, Vehicle

_SKINS: tuple[Colour, ...] = ((245, 208, 178), (229, 184, 143), (196, 142, 101), (141, 92, 60), (96, 62, 43))
_HAIRS: tuple[Colour, ...] = (
    (48, 34, 28),
    (92, 58, 34),
    (171, 121, 61),
    (214, 176, 104),
    (150, 150, 152),
    (30, 30, 34),
)
_TOPS: tuple[Colour, ...] = (
    (200, 67, 60), (44, 106, 160), (60, 140, 100), (226, 168, 58),
    (122, 82, 150), (236, 236, 230), (40, 56, 84), (222, 116, 64),
)  # fmt: skip
_TROUSERS: tuple[Colour, ...] = ((52, 62, 82), (40, 42, 48), (94, 84, 72), (70, 92, 120))
_PAINTS: tuple[tuple[str, Colour], ...] = (
    ("red", (196, 52, 48)), ("blue", (46, 98, 166)), ("white", (232, 234, 236)), ("black", (50, 53, 60)),
    ("silver", (170, 178, 186)), ("green", (58, 122, 88)), ("yellow", (236, 188, 62)),
)  # fmt: skip
_BRANDS = ("Volvo", "Toyota", "Skoda", "Renault", "Ford", "Kia")
_FIRST_NAMES = ("Ada", "Ben", "Clara", "David", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Leo",
                "Mira", "Nils", "Olga", "Paul", "Rosa", "Samir", "Tara", "Viktor")  # fmt: skip
_LAST_NAMES = ("Abbot", "Berg", "Costa", "Dahl", "Ekström", "Fischer", "Grant", "Hale", "Ivanova", "Jensen", "Keller",
               "Lindqvist", "Marsh", "Novak", "Ortiz", "Price", "Rossi", "Sato", "Turner", "Weber")  # fmt: skip

type _PersonRow = tuple[str, str, Standing, tuple[str, ...], bool]
type _VehicleRow = tuple[str, str, int, bool, str | None, Standing, tuple[str, ...]]

_HARBOUR_PEOPLE: tuple[_PersonRow, ...] = (
    # first name, last name, standing, groups, rides a scooter
    ("Anna", "Lindqvist", "known", ("Family",), False),
    ("Marek", "Novak", "known", ("Family",), False),
    ("Sofia", "Novak", "known", ("Family",), False),
    ("Tom", "Ferry", "known", ("Staff",), False),
    ("Priya", "Sharma", "known", ("Staff",), False),
    ("Oleg", "Smirnov", "known", ("Staff", "Night shift"), False),
    ("Grace", "Adeyemi", "known", ("Staff",), False),
    ("Mei", "Tanaka", "known", ("Staff",), False),
    ("Jon", "Baker", "known", ("Deliveries",), True),
    ("Lena", "Fischer", "unknown", (), False),
    ("Carlos", "Ortega", "unknown", (), False),
    ("Victor", "Crane", "wanted", ("Watch list",), False),
)
_HARBOUR_VEHICLES: tuple[_VehicleRow, ...] = (
    # plate, brand, paint, is a van, owner, standing, groups
    ("HB24KLM", "Volvo", 1, False, "Anna Lindqvist", "known", ("Family",)),
    ("NV70TRE", "Skoda", 0, False, "Marek Novak", "known", ("Family",)),
    ("PS19XYA", "Kia", 4, False, "Priya Sharma", "known", ("Staff",)),
    ("DX65PCL", "Ford", 6, True, "Swift Parcels", "known", ("Deliveries",)),
    ("GR02WTY", "Toyota", 5, False, None, "unknown", ()),
    ("LA18ZZP", "Renault", 2, True, None, "unknown", ()),
    ("KO08BEX", "Ford", 3, False, None, "wanted", ("Watch list",)),
)


def cast_of(seed: int, site_index: int) -> tuple[Subject, ...]:
    """Return everybody and everything that moves at a site, in a fixed order."""
    dice = Dice(seed, "cast", site_index)
    if site_index == 0:
        people, vehicles = _HARBOUR_PEOPLE, _HARBOUR_VEHICLES
    else:
        people, vehicles = _thrown_people(dice), _thrown_vehicles(dice)

    def identity(kind: str, name: str) -> str:
        return str(uuid5(NAMESPACE, f"{seed}/{site_index}/{kind}/{name}"))

    pet_name = "Biscuit" if site_index == 0 else dice.pick(("Rex", "Bella", "Otto", "Luna"))
    return (
        *(
            Person(identity("person", f"{first} {last}"), first, last, standing, groups, _look(dice, index), rides)
            for index, (first, last, standing, groups, rides) in enumerate(people)
        ),
        *(
            Vehicle(
                identity("vehicle", plate),
                plate,
                brand,
                *_PAINTS[paint],
                "van" if van else "car",
                owner,
                standing,
                groups,
            )
            for plate, brand, paint, van, owner, standing, groups in vehicles
        ),
        Pet(identity("pet", pet_name), pet_name, "dog", dice.pick(((176, 122, 70), (222, 196, 158), (92, 66, 50)))),
    )


def _look(dice: Dice, index: int) -> Look:
    return Look(
        skin=dice.pick(_SKINS),
        hair=dice.pick(_HAIRS),
        long_hair=dice.chance(0.5),
        top=_TOPS[(index * 3 + 1) % len(_TOPS)],
        trousers=dice.pick(_TROUSERS),
        height=dice.between(1.6, 1.92),
        hat=dice.pick(_TOPS) if dice.chance(0.25) else None,
    )


def _thrown_people(dice: Dice) -> tuple[_PersonRow, ...]:
    first_names, last_names = dice.shuffled(_FIRST_NAMES), dice.shuffled(_LAST_NAMES)
    return tuple(
        (first, last, standing, groups, rides)
        for first, last, (_, _, standing, groups, rides) in zip(first_names, last_names, _HARBOUR_PEOPLE, strict=False)
    )


def _thrown_vehicles(dice: Dice) -> tuple[_VehicleRow, ...]:
    return tuple(
        (
            thrown_plate(dice),
            dice.pick(_BRANDS),
            dice.below(len(_PAINTS)),
            van,
            "A neighbour" if owner else None,
            standing,
            groups,
        )
        for _, _, _, van, owner, standing, groups in _HARBOUR_VEHICLES
    )


def thrown_plate(dice: Dice) -> str:
    """Return a number plate, two letters, two digits, three letters."""
    letters = [dice.pick("ABCDEGHKLMNPRSTVXYZ") for _ in range(5)]
    return f"{letters[0]}{letters[1]}{dice.below(90) + 10}{letters[2]}{letters[3]}{letters[4]}"
