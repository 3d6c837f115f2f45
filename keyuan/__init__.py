"""Keyuan (客源): a customer relationship management system for insurers."""

__version__ = "0.1.0"
