"""Pages and parts of every list."""
