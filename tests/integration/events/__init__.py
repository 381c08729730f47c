"""The actions on events."""
