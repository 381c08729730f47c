"""Names that several modules share."""

from typing import Final

DOMAIN: Final = "video_analytics"

CONF_VENDOR: Final = "vendor"
CONF_ACCOUNT_ID: Final = "account_id"
CONF_PROOF: Final = "proof"
CONF_SIGN_IN: Final = "sign_in"

OPTION_ALL_CAMERAS: Final = "all_cameras"
OPTION_CAMERAS: Final = "cameras"
OPTION_PLACES: Final = "places"
OPTION_DETECTION_HOLD: Final = "detection_hold"
OPTION_ALL_EVENTS: Final = "all_events"
OPTION_EVENT_CAMERAS: Final = "event_cameras"
OPTION_PICTURE_WAIT: Final = "picture_wait"
OPTION_PICTURE_DAYS: Final = "picture_days"
OPTION_PICTURE_MEGABYTES: Final = "picture_megabytes"
DEFAULT_DETECTION_HOLD: Final = 30
DEFAULT_PICTURE_WAIT: Final = 2.0
DEFAULT_PICTURE_DAYS: Final = 7
DEFAULT_PICTURE_MEGABYTES: Final = 200
