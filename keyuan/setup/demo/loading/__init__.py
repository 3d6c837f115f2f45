"""Loading a book: parts made side by side, written by one, indexes last (decision 29)."""
