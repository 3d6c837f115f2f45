"""Orphans and their allocation: finding, rules, planning, giving, receiving, taking back (CUS-9)."""
