"""Offers: fitting, choosing, writing back, measuring, and what customers answer (ANA-7)."""
