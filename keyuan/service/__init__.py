"""The service desk: work orders of every kind with their clocks, and complaints by regulation (SRV-1 to SRV-4)."""
