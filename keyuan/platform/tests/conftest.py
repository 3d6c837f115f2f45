"""Fixtures of the platform's own pages."""

from collections.abc import Callable

import pytest
from django.test import Client

from keyuan.kernel.actor import Actor
from keyuan.platform.tests.actors import MIDDLEWARE, browser_of


@pytest.fixture
def as_actor(settings) -> Callable[[Actor], Client]:
    """Sign an actor in without an account."""
    settings.MIDDLEWARE = [MIDDLEWARE if name.endswith(".ActorMiddleware") else name for name in settings.MIDDLEWARE]
    return browser_of
