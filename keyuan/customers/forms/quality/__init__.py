"""How quality is shown and typed in: words, remedies, the board's cards, the form of weights (CUS-11)."""
