"""Counting the figures of boards, and keeping targets and the plan (ANA-12)."""
