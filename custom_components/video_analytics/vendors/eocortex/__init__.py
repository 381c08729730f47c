"""Eocortex (sold as Macroscop in Russia): video management on the premises."""
