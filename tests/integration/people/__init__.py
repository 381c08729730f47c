"""Watched people."""
