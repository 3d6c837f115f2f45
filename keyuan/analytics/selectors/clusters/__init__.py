"""Reading groups of similar needs (ANA-4)."""
