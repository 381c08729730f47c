"""The hub of moments, with a vendor whose moments come exactly when a test says so."""
