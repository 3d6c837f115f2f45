"""Rules of record linkage: what columns mean, how values are compared, weighed and grouped (CUS-8)."""
