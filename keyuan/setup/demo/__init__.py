"""The demo book: a realistic Chinese insurer made from a seed (decision 29)."""
