"""Propensity: who of many will most likely buy, learned from a table of those who did and did not (ANA-7).

The way of a file: `columns` learns what each column holds and turns rows into small whole numbers, `folds` splits the
rows without tearing copies apart, `candidates` are the families that compete, `blending` weighs those that find most
buyers among rows they have not seen, `fitting` learns the final model on all rows, `storing` keeps it, `findings` tell
of it.
"""
