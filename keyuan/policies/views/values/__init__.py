"""Pages of what contracts are worth."""
