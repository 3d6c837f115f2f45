"""How many people a volume of calls needs (ANA-14, domain.md §F.2)."""
