"""eConnect Identities over the simulated world.

Follows https://docs.econnectcloud.com/docs/dev-guides/identities/. What those pages leave open is either a quirk, so
that both readings can be served, or marked as chosen by the simulator.
"""
