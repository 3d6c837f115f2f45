"""The claims watch list: proposing, deciding, lifting, appeals; each step by the person entitled to it (CUS-10)."""
