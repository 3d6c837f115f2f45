"""Reading offers, answers and uptake (ANA-7)."""
