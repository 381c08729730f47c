"""The pictures inside events: what the camera looked at closely, as base64."""

from base64 import b64encode
from collections import OrderedDict
from threading import Lock

from PIL import Image

from ..picture import jpeg
from ..simulation import Simulation
from .cameras import Camera
from .happening import Event
from .kinds import KINDS
from .quirks import Quirks

_LARGE = (1920, 1080)
_REMEMBERED = 128


class Portraits:
    """Draws each picture once, for stream and archive; may be used by several threads."""

    def __init__(self, simulation: Simulation, quirks: Quirks) -> None:
        self._simulation = simulation
        self._quirks = quirks
        self._drawn: OrderedDict[tuple[str, float | None, bool], str] = OrderedDict()
        self._lock = Lock()

    def of(self, event: Event, camera: Camera) -> str | None:
        """Return an event's picture, None if it has none."""
        quirks = self._quirks
        shown = quirks.plate_pictures if event.kind == KINDS["plate"].id else quirks.face_pictures != "missing"
        if not event.pictured or not shown or "ImageBytes" in event.raw:
            return None
        stock = quirks.face_pictures == "stock"
        key = (camera.place.id, None if stock else event.at, quirks.face_pictures == "large")
        with self._lock:
            if (known := self._drawn.get(key)) is not None:
                self._drawn.move_to_end(key)
                return known
        text = self._draw(event.at, quirks.face_pictures == "large", camera)
        with self._lock:
            self._drawn[key] = text
            while len(self._drawn) > _REMEMBERED:
                self._drawn.popitem(last=False)
        return text

    def _draw(self, at: float, large: bool, camera: Camera) -> str:
        picture = self._simulation.painter.close_up(camera.place, at)
        if large:
            noise = Image.effect_noise(_LARGE, 24).convert("RGB")
            picture = Image.blend(picture.resize(_LARGE, Image.Resampling.BICUBIC), noise, 0.12)
        return b64encode(jpeg(picture)).decode()
