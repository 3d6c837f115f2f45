"""Pages of policy service (POL-5)."""
