"""Forecasts of calls and the staff they need (ANA-14)."""
