"""The pages of groups of similar needs (ANA-4)."""
