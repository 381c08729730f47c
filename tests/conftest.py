"""What all tests share."""

# Before Home Assistant is built, or the test plugin's own custom_components would hide ours.
import custom_components.video_analytics  # noqa: F401
