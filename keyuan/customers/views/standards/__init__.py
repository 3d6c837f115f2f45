"""Pages of the service standard: the catalogue and its editions, the panel of a customer, exceptions (CUS-14)."""
