"""What happens at Eocortex' cameras: the stream of events and the archive of them.

Both send objects one after the other, without a list around them and without an identifier of the single event.
"""
