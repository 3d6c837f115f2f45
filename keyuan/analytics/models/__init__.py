"""Tables of analytics."""
