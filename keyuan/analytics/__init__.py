"""Analytics: night run, features, models, key figures and what judges them on public data (ANA)."""
