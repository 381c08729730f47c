"""A vendor whose moments come exactly when a test says so."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.vendors.models.state import Feature
from homeassistant.core import HomeAssistant

from ..hearing import Heard
from ..invented import Invented, InventedHistory, InventedMoments

FEATURES = frozenset({Feature.DETECTIONS, Feature.EVENT_PICTURES, Feature.MOTION, Feature.PEOPLE, Feature.FACES})


@pytest.fixture
def source(invented: Invented) -> InventedMoments:
    """Give the vendor moments and a history, and two cameras that detect."""
    return invented.detecting(FEATURES)


@pytest.fixture
def history(source: InventedMoments, invented: Invented) -> InventedHistory:
    """Return the vendor's history."""
    assert invented.history is not None
    return invented.history


@pytest.fixture
async def heard(hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry) -> Heard:
    """Hear all of the set-up account."""
    heard = Heard(hass)
    heard.follow(entry)
    return heard
