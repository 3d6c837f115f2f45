"""The night run: its steps, the engines they run on, and the ways they take (ANA-1)."""
