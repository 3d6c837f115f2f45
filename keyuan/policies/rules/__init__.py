"""Decisions about policies as plain functions: values in, verdict out."""
