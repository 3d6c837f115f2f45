"""Objections and explanations on the customer page (ANA-11)."""
