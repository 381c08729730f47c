"""Tests of Gumnut."""
