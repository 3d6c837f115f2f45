"""Fixtures of the neighbours."""

from keyuan.platform.tests.conftest import as_actor

__all__ = ["as_actor"]
