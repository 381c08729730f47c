"""Blueprints, as Home Assistant loads and runs them in the simulated world."""
