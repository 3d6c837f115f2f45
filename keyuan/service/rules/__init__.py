"""Decisions of the service desk as plain functions."""
