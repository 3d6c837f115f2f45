"""Drivers of connectors."""
