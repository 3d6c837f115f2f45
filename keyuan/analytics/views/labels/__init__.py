"""The page of labels and suggestions (ANA-3, ANA-5)."""
