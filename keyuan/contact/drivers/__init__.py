"""What leaves the house goes out here; only services of messages may use it (MKT-9)."""
