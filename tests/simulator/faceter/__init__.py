"""Faceter's Integration API over the simulated world.

Follows https://wiki.faceter.cam/en/integration-api/methods/. What that page leaves open is either a quirk, so that
both readings can be served, or marked as chosen by the simulator.
"""
