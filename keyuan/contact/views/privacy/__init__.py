"""Pages of privacy requests, legal holds and retention (PLT-8)."""
