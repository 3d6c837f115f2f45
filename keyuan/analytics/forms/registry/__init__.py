"""Words and forms of the register of models (ANA-11)."""
