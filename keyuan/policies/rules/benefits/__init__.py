"""Benefits that fall due while the insured lives: when, how much, to whom, and what may follow what (POL-6)."""
