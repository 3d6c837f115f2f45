"""Services of connectors."""
