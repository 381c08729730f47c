"""What has been recorded: continuous, in pieces of at most an hour, with a gap now and then."""

from .dice import Dice
from .places import Place

type Interval = tuple[float, float]
"""Start and end, Unix seconds."""

HOUR = 3600


def recordings(place: Place, start: float, end: float) -> list[Interval]:
    """Return the recorded intervals inside ``[start, end)``, the earliest first.

    One hour in five has a gap of 2 to 20 minutes at its end.
    """
    found = []
    for hour in range(int(start // HOUR), int(end // HOUR) + 1):
        dice = Dice(place.id, "recording", hour)
        gap = int(dice.between(120, 1200)) if dice.chance(0.2) else 0
        low, high = max(start, hour * HOUR), min(end, (hour + 1) * HOUR - gap)
        if low < high:
            found.append((low, high))
    return found
