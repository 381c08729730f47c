"""Neutral data: what all vendors have in common, frozen and comparable.

Times are aware and in UTC, shares run from 0 to 1, identifiers are the vendor's own and opaque. A field that the vendor
does not send is None: not known, which is not the same as absent.
"""
