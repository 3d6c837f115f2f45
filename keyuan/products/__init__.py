"""Products: the catalogue of what the insurer sells (PRD-1)."""
