"""Selectors of connectors."""
