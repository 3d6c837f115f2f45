"""Policy service items as data: who may ask, whose consent, papers, fields, checks, limits (POL-5)."""
