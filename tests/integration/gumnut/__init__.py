"""Gumnut in Home Assistant."""
