"""Fixtures of every context's tests; the root ``conftest.py`` names this module as a plug-in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from keyuan.kernel.actor import Actor
from keyuan.organisation import testing
from keyuan.organisation.selectors.actors import forget_powers
from keyuan.organisation.selectors.agents import forget_agent_names
from keyuan.organisation.selectors.units import forget_unit_names
from keyuan.platform import throttle


@pytest.fixture(autouse=True)
def fresh_memories() -> Iterator[None]:
    """What a test rolls back must not be remembered under a key that the next test uses again."""
    yield
    forget_powers()
    forget_unit_names()
    forget_agent_names()
    throttle.forget()


@pytest.fixture
def tree(db: None) -> testing.Tree:
    """The unit tree."""
    return testing.small_tree()


@pytest.fixture
def actor_as(db: None) -> Callable[..., Actor]:
    """Make actors: ``actor_as("claims_handler", unit=tree.east)``."""

    def make(role: str = "agent", **more: Any) -> Actor:
        return testing.make_actor(role, **more)

    return make


@pytest.fixture
def agent_actor(db: None) -> Actor:
    """An agent of team A who sees what they serve."""
    return testing.make_actor("agent")


@pytest.fixture
def administrator(db: None) -> Actor:
    """An administrator of the whole company."""
    return testing.make_actor("administrator", unit=testing.small_tree().head)
