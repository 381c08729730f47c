"""Tests of eConnect Identities."""
