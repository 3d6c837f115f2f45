"""Reads of privacy requests, holds and terms (PLT-8)."""
