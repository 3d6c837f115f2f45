"""Renewal of cover (续保) as plain functions: windows, stages, the price of a motor contract (POL-4)."""
