"""Connectors (PLT-14): core system, finance and payment bring their records in by one small interface."""
