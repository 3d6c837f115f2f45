"""Models of connectors."""
