"""How classification is shown and typed in: words, the board's cards, the form of thresholds (CUS-5)."""
