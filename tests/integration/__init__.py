"""Tests through Home Assistant's public surface, against the simulator's real servers."""
