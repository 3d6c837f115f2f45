"""Keeping the register of models (ANA-11)."""

from keyuan.analytics.services.registry.recording import folder_of, record_version

__all__ = ["folder_of", "record_version"]
