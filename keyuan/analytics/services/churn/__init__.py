"""The steps of the night that learn who goes, watch customers, open cases and follow them (ANA-6)."""
