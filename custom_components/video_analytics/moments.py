"""Moments: each told once, in order per camera, with its picture."""


class MomentHub:
    """The moments of one account."""
