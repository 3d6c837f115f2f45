"""Reading who may go, and what retention work changed (ANA-6)."""
