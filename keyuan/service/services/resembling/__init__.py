"""Finding complaints that belong together, and deciding what they are (SRV-4; domain.md A.6, C.1)."""
