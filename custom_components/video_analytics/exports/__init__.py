"""Exports: jobs that survive a restart, and the files they become.

`manager` orders, follows and saves, `jobs` is what is kept of each, `files` is where they go and how, `callback` lets
the vendor tell that one is ready.
"""

from .files import choose_folder
from .jobs import Job, Reason, Stage, described
from .manager import MOST_AT_ONCE, ExportManager, async_remove_exports

__all__ = [
    "MOST_AT_ONCE",
    "ExportManager",
    "Job",
    "Reason",
    "Stage",
    "async_remove_exports",
    "choose_folder",
    "described",
]
