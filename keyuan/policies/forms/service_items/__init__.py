"""Forms of policy service (POL-5)."""
