"""Words and forms of churn (ANA-6)."""
