"""Pages of segments and tags (CUS-6)."""
