"""Times that actions take."""

from datetime import datetime

import probatio

from homeassistant.helpers import config_validation as cv

_YEARS = range(1000, 9000)


def _sensible(moment: datetime) -> datetime:
    """Refuse the ends of the calendar, which no time zone can be added to."""
    if moment.year not in _YEARS:
        raise probatio.Invalid(f"the year is not between {_YEARS.start} and {_YEARS.stop}")
    return moment


TIME = probatio.All(cv.datetime, _sensible)
"""A date and time; one without an offset is in Home Assistant's time zone."""
