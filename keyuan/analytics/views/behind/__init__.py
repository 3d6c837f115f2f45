"""The lists behind figures of persistency and retention (ANA-10)."""
