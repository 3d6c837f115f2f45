"""Rules of the knowledge base: terms of a text, ranks, states, comparison of versions (SRV-6)."""
