"""What every simulated vendor stands on: the world, its clock and pictures, and the switches of the control port."""

import asyncio
from collections import OrderedDict

from .clock import Clock
from .media.live import LiveStreams
from .picture import Painter, jpeg
from .settings import Settings
from .world import Place, World

_REMEMBERED_STILLS = 256


class Simulation:
    """The parts a vendor's server shares with its control port; several vendors may share world and clock."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self.painter = Painter(world)
        self.settings = Settings()
        self.streams = LiveStreams(clock, idle_seconds=lambda: self.settings.stream_idle_seconds)
        self._stills: OrderedDict[tuple[str, int], bytes] = OrderedDict()

    async def still(self, place: Place, moment: float) -> bytes:
        """Return a place at a Unix time as JPEG, the same one for everybody who asks within a second."""
        key = (place.id, int(moment))
        if (known := self._stills.get(key)) is not None:
            return known
        picture = await asyncio.to_thread(lambda: jpeg(self.painter.picture(place, moment)))
        self._stills[key] = picture
        while len(self._stills) > _REMEMBERED_STILLS:
            self._stills.popitem(last=False)
        return picture
