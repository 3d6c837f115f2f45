"""Hand-made word lists: names, places, trades and sentences of the demo book."""
