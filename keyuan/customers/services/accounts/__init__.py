"""Key accounts: making, changing, reporting, ending (CUS-10)."""
