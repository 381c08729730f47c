"""Daylight by the time of day: sunrise about seven, sunset about nineteen, all year."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import pi, sin

from .brush import Rgb, mix

STEP_MINUTES = 10
"""Backgrounds are repainted when the light has changed, this often."""

_NIGHT: Rgb = (72, 84, 128)
_DUSK: Rgb = (232, 196, 178)
_DAY: Rgb = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Light:
    """How bright it is outside: ``sun`` from -1 (midnight) to 1 (noon)."""

    step: int

    @classmethod
    def at(cls, moment: float, time_zone: tzinfo) -> Light:
        """Return the light at a Unix time."""
        local = datetime.fromtimestamp(moment, time_zone)
        return cls((local.hour * 60 + local.minute) // STEP_MINUTES)

    @property
    def hour(self) -> float:
        """Hour of the day, 0 to 24."""
        return self.step * STEP_MINUTES / 60

    @property
    def sun(self) -> float:
        """Height of the sun, -1 to 1."""
        return sin((self.hour - 7) / 12 * pi) if 7 <= self.hour <= 19 else -sin(((self.hour - 19) % 24) / 12 * pi)

    @property
    def dark(self) -> float:
        """How dark it is, 0 by day to 1 at night."""
        return min(1.0, max(0.0, 0.35 - self.sun * 1.6))

    @property
    def ambient(self) -> Rgb:
        """The colour by which everything outside is multiplied."""
        if self.sun > 0.35:
            return _DAY
        if self.sun > 0:
            return mix(_DUSK, _DAY, self.sun / 0.35)
        return mix(_DUSK, _NIGHT, min(1.0, -self.sun / 0.3))

    @property
    def indoors(self) -> Rgb:
        """The same for lit rooms."""
        return mix((255, 255, 255), (238, 222, 204), self.dark)

    @property
    def sky(self) -> tuple[Rgb, Rgb]:
        """Colours of the sky at its top and at the horizon, before the ambient light."""
        day: tuple[Rgb, Rgb] = ((104, 170, 224), (214, 234, 244))
        dusk: tuple[Rgb, Rgb] = ((98, 122, 190), (255, 190, 128))
        night: tuple[Rgb, Rgb] = ((36, 44, 84), (74, 92, 140))
        if self.sun > 0:
            share = min(1.0, self.sun / 0.35)
            return mix(dusk[0], day[0], share), mix(dusk[1], day[1], share)
        share = min(1.0, -self.sun / 0.3)
        return mix(dusk[0], night[0], share), mix(dusk[1], night[1], share)
