"""Verbs of new business: entering, handing in, underwriting, issuing, cancelling (POL-10)."""
