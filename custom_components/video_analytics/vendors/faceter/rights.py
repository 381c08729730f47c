"""What a missing right looks like."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from ..errors import NotFound, NotPermitted, Rejected
from ..models.state import Camera, Feature

_FLAGS = {Feature.ARCHIVE: "isArchiveGranted", Feature.AUDIO: "isAudioGranted"}

type Cameras = Callable[[], Mapping[str, Camera]]
"""The cameras of the last poll."""


@contextmanager
def needs(cameras: Cameras, camera: str, *features: Feature) -> Iterator[None]:
    """Tell a missing right from other refusals.

    Which status a missing right has is not documented (400, 403 or 404), but the camera's flags say that it is missing.
    """
    try:
        yield
    except (NotFound, NotPermitted, Rejected) as error:
        known = cameras().get(camera)
        missing = [_FLAGS[feature] for feature in features if known and feature not in known.supports]
        if missing:
            raise NotPermitted(str(error), missing[0]) from None
        raise
