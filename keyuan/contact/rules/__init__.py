"""Decisions about contacts as plain functions: values in, verdict out."""
