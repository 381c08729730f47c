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
DEFAULT_DETECTION_HOLD: Final = 30
