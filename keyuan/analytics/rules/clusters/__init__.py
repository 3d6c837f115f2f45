"""Groups of customers with similar protection needs (ANA-4)."""
