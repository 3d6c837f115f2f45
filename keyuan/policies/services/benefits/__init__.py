"""Benefits due: opening, telling, claiming, deciding, paying, keeping (POL-6)."""
