"""Pages of data quality: board, list, weights, the customer's panel (CUS-11)."""
