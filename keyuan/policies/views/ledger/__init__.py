"""Pages of the ledger of contracts (POL-3)."""
