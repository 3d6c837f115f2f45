"""Forms of connectors."""
