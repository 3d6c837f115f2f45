"""What a model looked like in training, how good it was, and for whom (ANA-11)."""
