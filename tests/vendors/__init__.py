"""Tests of the vendor library: what it sends, what it understands, and what it never tells."""
