"""The pages of boards, indicators and the five-year plan (ANA-12)."""
