"""Forms and words of protection gaps."""
