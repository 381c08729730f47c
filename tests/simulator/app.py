"""An application as every vendor's server is one: written down, disturbed, and dated by the simulated clock."""

from datetime import UTC, datetime
from email.utils import format_datetime

from aiohttp import web

from .clock import Clock
from .faults import Faults
from .recorder import Recorder


def vendor_app(
    clock: Clock, recorder: Recorder, faults: Faults, server: str = "", *, largest_body: int = 1 << 20
) -> web.Application:
    """Return an application without routes; ``server`` tells several servers of one vendor apart."""
    middlewares = [recorder.middleware(server), faults.middleware(server)]
    app = web.Application(middlewares=middlewares, client_max_size=largest_body)

    async def date(request: web.Request, response: web.StreamResponse) -> None:
        """Write the header of that name by the simulated clock, as a server does whose clock is wrong."""
        response.headers["Date"] = format_datetime(datetime.fromtimestamp(clock.now(), UTC), usegmt=True)

    app.on_response_prepare.append(date)
    return app
