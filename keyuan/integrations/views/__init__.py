"""Views of connectors."""
