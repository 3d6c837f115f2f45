"""Pages of scores: the list of customers by value, the customer's panel (ANA-2)."""
