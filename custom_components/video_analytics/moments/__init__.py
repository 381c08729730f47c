"""Moments: what happens at cameras, to people, in libraries, from the vendor to whoever is told of it.

`hub` puts in order and tells each moment once, `audience` knows who is told, `memory` what is kept across restarts,
`backfill` looks into the vendor's history for entities that are new.
"""

from .audience import Listener
from .hub import MomentHub
from .memory import async_forget_moments
from .told import News, Slot, Told, person_of

__all__ = ["Listener", "MomentHub", "News", "Slot", "Told", "async_forget_moments", "person_of"]
