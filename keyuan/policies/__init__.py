"""Policies: contracts with their parties, coverages, states, premiums and vehicles (POL)."""
