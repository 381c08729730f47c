"""What people see: a whole Home Assistant in a real browser."""
