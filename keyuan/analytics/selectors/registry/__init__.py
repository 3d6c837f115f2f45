"""Reading the register of models (ANA-11)."""

from keyuan.analytics.selectors.registry.versions import challenger, champion

__all__ = ["challenger", "champion"]
