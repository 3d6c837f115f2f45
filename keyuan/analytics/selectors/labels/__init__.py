"""Labels set by rules and models, and what the system suggests, with how many each would fit (ANA-3, ANA-5)."""
