"""Eocortex (Macroscop): several servers of one system over the simulated world.

Follows the vendor's REST API guide (``api``, ``configure``, ``webapi``) and what is publicly known of its HTTP
resources (``configex``, ``command``, ``site``, ``mobile``, ``hls``, ``rtsp``). Where that leaves two readings,
``quirks.py`` has a switch, whose default is the likelier one; what is known to nobody is marked as chosen here.
"""
