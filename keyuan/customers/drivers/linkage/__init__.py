"""The engine of record linkage: features and candidate pairs in DuckDB, weights by Splink, groups (CUS-8)."""
