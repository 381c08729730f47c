"""A vendor that recognizes faces."""

from dataclasses import replace

import pytest

from custom_components.video_analytics.vendors.models.state import Feature

from ..invented import STATE, Invented, InventedHistory, InventedMoments

FEATURES = frozenset({Feature.DETECTIONS, Feature.FACES})


@pytest.fixture
def source(invented: Invented) -> InventedMoments:
    """Give the vendor moments and a history, and two cameras that recognize faces."""
    invented.moments = InventedMoments()
    invented.history = InventedHistory()
    cameras = {key: replace(camera, supports=camera.supports | FEATURES) for key, camera in STATE.cameras.items()}
    invented.state = replace(STATE, cameras=cameras)
    return invented.moments


@pytest.fixture
def history(source: InventedMoments, invented: Invented) -> InventedHistory:
    """Return the vendor's history."""
    assert invented.history is not None
    return invented.history
