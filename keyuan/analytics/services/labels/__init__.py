"""Labels set by rules and models every night, and taking over what the system suggests (ANA-3, ANA-5)."""
