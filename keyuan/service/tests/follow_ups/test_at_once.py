"""Under real parallel hands a call-back is taken once, a questionnaire sent once and answered once (SRV-8)."""

import pytest

from keyuan.contact.models import Message, MessagePolicy
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.policies.selectors.proposals import hash_of
from keyuan.service.models import FollowUp, FollowUpAnswer, FollowUpLink, FollowUpPlan, WorkOrder
from keyuan.service.rules.follow_ups import plans
from keyuan.service.services.follow_ups import by_link, sending, taking
from keyuan.service.services.follow_ups.opening import Cause, open_callbacks, open_many
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


def test_a_questionnaire_is_sent_once_and_answered_once_by_five_at_the_same_time(monkeypatch):
    tokens = []
    monkeypatch.setattr(sending.secrets, "token_urlsafe", lambda _size: tokens.append(f"t{len(tokens)}") or tokens[-1])
    seed(MORNING)
    open_desk()
    MessagePolicy.objects.create(pk=1, public_url="https://keyuan.example")
    holder = make_customer(make_actor("agent", unit=small_tree().team_a), "周国栋", phone="13800001111")
    row = FollowUpPlan.objects.get(code="COMPLAINT")
    plan = plans.read(row.content | {"ways": ["SMS", "PHONE"], "delay_days": 0})
    FollowUpPlan.objects.filter(pk=row.pk).update(content=plans.write(plan))
    open_many(row, plan, [Cause("x", holder.pk, MORNING.date())], now=MORNING)
    pk = FollowUp.objects.get().pk

    _steps, errors = at_once([lambda: sending.take_step(pk, now=MORNING)] * 5)
    sent = (Message.objects.count(), FollowUpLink.objects.count())
    link = FollowUpLink.objects.get()
    token = next(one for one in tokens if hash_of(one) == link.token_hash)
    said = [{"SCORE": ["9"], "SOLVED": ["NO"], "WHY": ["还没有"]}, {"SCORE": ["1"], "SOLVED": ["NO"], "WHY": ["没有"]}]
    sheets, more = at_once(
        [lambda one=one: by_link.submit(token=token, proof="", values=said[one % 2], now=MORNING) for one in range(5)]
    )

    assert (errors, more, sent) == ([], [], (1, 1))
    assert all(sheet.is_answered for sheet in sheets)
    assert (WorkOrder.objects.count(), FollowUp.objects.get().status) == (1, "PROBLEM")
    answers = {answer.question: answer.value for answer in FollowUpAnswer.objects.all()}
    assert answers in said
