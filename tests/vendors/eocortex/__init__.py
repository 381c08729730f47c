"""Tests of the Eocortex library."""
