"""Pages of orphans, allocation, receiving, first contacts, those who serve, and hand-over (CUS-9)."""
