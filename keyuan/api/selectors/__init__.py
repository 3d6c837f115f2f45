"""Selectors of webhooks."""
