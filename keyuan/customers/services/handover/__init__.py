"""Hand-over: everything a leaver held goes to successors, and their access ends with it (CUS-9, PLT-5)."""
