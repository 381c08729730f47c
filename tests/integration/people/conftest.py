"""A vendor that recognizes faces."""

import pytest

from custom_components.video_analytics.vendors.models.state import Feature

from ..invented import Invented, InventedHistory, InventedMoments

FEATURES = frozenset({Feature.DETECTIONS, Feature.FACES})


@pytest.fixture
def source(invented: Invented) -> InventedMoments:
    """Give the vendor moments and a history, and two cameras that recognize faces."""
    return invented.detecting(FEATURES)


@pytest.fixture
def history(source: InventedMoments, invented: Invented) -> InventedHistory:
    """Return the vendor's history."""
    assert invented.history is not None
    return invented.history
