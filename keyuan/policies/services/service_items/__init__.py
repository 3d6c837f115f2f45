"""Policy service: taking in, papers and consents, reviewing, effects, taking back (POL-5)."""
