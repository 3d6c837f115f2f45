"""Protection gaps: sums, questions and order, without Django (ANA-8; domain.md §H)."""
