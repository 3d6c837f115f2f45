"""Pages of deliveries (POL-8)."""
