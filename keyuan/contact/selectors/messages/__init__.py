"""Reads of templates, messages and providers (PLT-11)."""
