"""Forms and sentences of analytics."""
