"""The language of segments: conditions over customers as data (CUS-6)."""
