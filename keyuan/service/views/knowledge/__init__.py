"""Pages of the knowledge base (SRV-6)."""
