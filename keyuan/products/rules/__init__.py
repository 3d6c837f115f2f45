"""Decisions of the catalogue as plain functions."""
