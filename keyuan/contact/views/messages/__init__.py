"""Pages of templates, the outbox, providers and sending (PLT-11)."""
