"""Forms and words of allocation and hand-over."""
