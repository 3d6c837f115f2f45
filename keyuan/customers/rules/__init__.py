"""Decisions about customers as plain functions: values in, verdict out."""
