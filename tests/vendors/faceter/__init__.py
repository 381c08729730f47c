"""Tests of the Faceter client and account."""
