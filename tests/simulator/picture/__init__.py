"""Pictures of the world's places at an instant, as a camera there would take them."""

from .scene import Painter, Size, jpeg

__all__ = ["Painter", "Size", "jpeg"]
