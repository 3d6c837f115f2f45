"""Marks that rules share with the parts that contexts fill in."""

from datetime import date

#: A relation that still goes on: the term has not begun.
STILL_ON = date(9999, 12, 31)
