"""Reading what the quality of records follows from, and what came out (CUS-11)."""
