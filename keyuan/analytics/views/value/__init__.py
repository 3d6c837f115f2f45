"""The pages of value and of its assumptions (ANA-2)."""
