"""Accounts of eConnect in Home Assistant, against a simulated server."""
