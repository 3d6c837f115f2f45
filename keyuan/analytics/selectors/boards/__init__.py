"""Reading the figures of boards within a reach (ANA-12)."""
