"""Reads of hand-overs and of what leavers hold (CUS-9)."""
