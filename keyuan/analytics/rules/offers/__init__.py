"""Next best offer: who buys what next, and what of it is worth proposing (ANA-7)."""
