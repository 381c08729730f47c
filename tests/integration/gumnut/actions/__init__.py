"""Actions on a photo library, against the simulated service."""
