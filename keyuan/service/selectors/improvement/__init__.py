"""Reads of improvement items, their indicators, months and service stars (SRV-11)."""
