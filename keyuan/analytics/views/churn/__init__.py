"""Pages of churn: who is watched and why, and what retention work changed (ANA-6)."""
