"""Figures from outside the book: market premiums, health indices, incomes, by region and period (ANA-1)."""
