"""Shapes of the catalogue's forms."""
