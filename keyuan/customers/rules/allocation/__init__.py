"""Decisions of allocation: who is an orphan and why, which rule fits, who takes whom, how fair it is (CUS-9)."""
