"""Views of webhooks."""
