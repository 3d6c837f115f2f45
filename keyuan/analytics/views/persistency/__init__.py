"""The page of persistency and retention (ANA-10)."""
