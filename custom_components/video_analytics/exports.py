"""Exports: jobs that survive a restart, and the files they become."""


class ExportManager:
    """The exports of one account."""
