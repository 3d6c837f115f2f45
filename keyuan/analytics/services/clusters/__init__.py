"""Finding groups of similar needs, placing customers in them, naming them (ANA-4)."""
