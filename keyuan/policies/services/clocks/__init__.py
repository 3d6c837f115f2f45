"""The nightly clocks of contracts (POL-2)."""
