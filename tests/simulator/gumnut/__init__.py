"""Gumnut's API over the simulated world: a photo library of its people and places.

Follows the docstrings of ``gumnut-sdk`` 0.178.0 and the page "Create a face". What they leave open is either a quirk, so
that both readings can be served, or marked as chosen here.
"""
