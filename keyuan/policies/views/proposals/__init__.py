"""Pages of proposals (PRD-5)."""
