"""Pages of premiums written off."""
