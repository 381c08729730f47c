"""Actions on people, against a simulated server."""
