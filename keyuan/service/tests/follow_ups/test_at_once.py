"""Under real parallel takers every call-back is taken once (SRV-8)."""

import pytest

from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.service.models import FollowUp
from keyuan.service.services.follow_ups import taking
from keyuan.service.services.follow_ups.opening import open_callbacks
from keyuan.service.services.follow_ups.seeding import seed
from keyuan.service.testing import MORNING, clerk, open_desk
from keyuan.service.tests.follow_ups.conftest import make_new_policy
from keyuan.service.tests.test_at_once import at_once

TAKERS, CALLS = 10, 6

pytestmark = pytest.mark.django_db(transaction=True)


def test_ten_people_take_six_call_backs_without_a_double():
    seed(MORNING)
    people = [clerk() for _number in range(TAKERS)]
    open_desk(*people)
    agent = make_actor("agent", unit=small_tree().team_a)
    holder = make_customer(agent, "周国栋", phone="13800001111")
    made = [make_new_policy(agent, holder).pk for _number in range(CALLS)]
    open_callbacks(made, now=MORNING)

    answers, errors = at_once([lambda who=who: taking.take_next(actor=who, now=MORNING) for who in people])

    taken = [row.pk for row in answers if row is not None]
    assert errors == []
    assert len(taken) == len(set(taken)) == CALLS
    assert FollowUp.objects.filter(owner_id__isnull=True).count() == 0
