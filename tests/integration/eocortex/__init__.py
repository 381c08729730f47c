"""Accounts of Eocortex in Home Assistant, against two simulated servers."""
