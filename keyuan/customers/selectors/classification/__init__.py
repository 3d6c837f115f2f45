"""Reads of classification: the rules in force, facts by column, the board, one customer's history (CUS-5)."""
