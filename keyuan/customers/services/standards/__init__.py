"""Service standards: editions, the nightly rating of customers, exceptions, and what was used (CUS-14)."""
