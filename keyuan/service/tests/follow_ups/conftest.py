"""A desk with its people and a contract whose receipt was signed two days ago."""

from datetime import date, timedelta

import pytest

from keyuan.customers.testing import make_customer
from keyuan.platform import clock
from keyuan.policies.testing import make_policy
from keyuan.service.models import FollowUp
from keyuan.service.services.follow_ups.opening import open_callbacks
from keyuan.service.services.follow_ups.seeding import seed
from keyuan.service.testing import MORNING, clerk, open_desk

TODAY = date(2026, 3, 16)
SIGNED = TODAY - timedelta(days=2)


def by_day(monkeypatch):
    """Let it be ten in the morning of today: quiet hours would depend on when tests run."""
    morning = clock.now().replace(hour=10, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: morning)


@pytest.fixture
def worker():
    return clerk()


@pytest.fixture
def desk(worker):
    seed(MORNING)
    return open_desk(worker)


@pytest.fixture
def holder(agent_actor):
    return make_customer(agent_actor, "周国栋", phone="13800001111", birth_on=date(1980, 5, 6))


@pytest.fixture
def new_policy(agent_actor, holder):
    return make_new_policy(agent_actor, holder)


def make_new_policy(actor, holder, **changes):
    values = {"effective_on": SIGNED, "issued_on": SIGNED, "applied_on": SIGNED, "receipt_signed_on": SIGNED}
    return make_policy(actor, holder, **values | changes)


@pytest.fixture
def callback(desk, new_policy):
    open_callbacks([new_policy.pk], now=MORNING)
    return FollowUp.objects.get()
