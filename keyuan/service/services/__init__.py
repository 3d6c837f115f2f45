"""Verbs of the service desk."""
