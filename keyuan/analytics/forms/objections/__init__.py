"""Forms of objections to automated decisions (ANA-11)."""
