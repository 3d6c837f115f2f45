"""Reads of the service desk."""
