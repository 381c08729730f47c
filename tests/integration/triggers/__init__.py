"""Tests of our own triggers and conditions, in automations as people write them."""
