"""Pages of figures from outside the book (ANA-1)."""
