"""Money owed to customers: what is payable, batches to the bank, answers, failures payable again (POL-3)."""
