"""The ledger of contracts: posting, reversing, checking; what lies in suspense and what is to be refunded (POL-3)."""
