"""Reading figures from outside the book (ANA-1)."""
