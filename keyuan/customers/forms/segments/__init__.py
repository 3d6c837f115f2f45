"""Forms and words of segments and tags (CUS-6)."""
