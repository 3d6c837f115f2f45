"""Pages of the register of models (ANA-11)."""
