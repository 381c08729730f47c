"""Events: cutting, reading, listening."""
