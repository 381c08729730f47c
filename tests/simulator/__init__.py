"""The vendors as real HTTP servers over one small living world: for the tests and behind the demo.

* ``world``    who lives where and who walks through which place at any instant; knows no vendor
* ``picture``  draws a place at an instant
* ``media``    live HLS, clips and audio made of those pictures
* ``faceter``, ``eocortex``, ``econnect``  the vendors' APIs over that world

README.md says how to run and steer it.
"""
