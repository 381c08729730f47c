"""Tests of Video Analytics."""
