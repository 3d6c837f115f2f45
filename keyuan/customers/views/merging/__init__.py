"""Pages of the duplicates: queue, comparison, merges, batches, rules (CUS-8)."""
