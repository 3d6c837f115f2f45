"""Clocks, states and terms of privacy requests (PIPL 44-50; PLT-8)."""
