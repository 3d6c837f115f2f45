"""Data quality: kept true after events and every night, added up by day, its weights, and cleansing tasks (CUS-11)."""
