"""The linkage of the book: extracted as tokens, linked in a process of its own, stored as pairs to decide (CUS-8)."""
