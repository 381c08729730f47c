"""What of a simulation can be set, whatever the vendor."""

from dataclasses import dataclass

from .switches import Switches


@dataclass
class Settings(Switches):
    """Seconds are real ones, except those of tokens, which follow the simulated clock."""

    token_seconds: float = 300.0
    """How long the signed addresses of pictures, streams and exported files are good for."""
    sessions_outlive_tokens: bool = True
    """Whether a stream that is being watched goes on when the token in its address has expired."""
    stream_idle_seconds: float = 15.0
    """How long after the last request an encoder goes on."""
    stream_audio: bool = True
    """Whether live streams of cameras with sound carry it."""
    export_queue_seconds: float = 1.0
    """How long an export waits in the queue."""
    export_seconds: float = 2.0
    """How long an export runs at least."""
    export_error: str | None = None
    """Lets every export that starts fail with this message."""
    export_limit_seconds: int = 3600
    """The longest interval a clip or export may have; longer ones are refused."""
    event_delay_seconds: float = 0.0
    """How late events of the world become visible."""
