"""Queueing with a permit, sending once, and what becomes of every answer (PLT-11, PLT-8, MKT-9)."""

from datetime import timedelta

import pytest
from django.db import transaction

from keyuan.contact.drivers.senders import open_sender
from keyuan.contact.models import ContactHealth, Message, MessageProvider, Permit
from keyuan.contact.rules.messages.outcomes import Result
from keyuan.contact.services.messages.deciding import cancel_message, decide_message, retry_message
from keyuan.contact.services.messages.queueing import Draft, NotSent, send, send_many
from keyuan.contact.services.messages.runs import begin, kick, wake
from keyuan.contact.services.messages.sending import hand_over, run_provider, take
from keyuan.contact.services.messages.stopping import stop_of_permits
from keyuan.contact.testing import EVENING, MORNING, agree
from keyuan.contact.tests.messages.making import Scripted, make_provider, make_template, reachable
from keyuan.customers.models import ContactPoint, Interaction
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.testing import make_actor, small_tree

pytestmark = pytest.mark.django_db
VALUES = {"due_on": "2026-04-01"}


@pytest.fixture
def agent(agent_actor):
    return agent_actor


@pytest.fixture
def manager(actor_as):
    return actor_as("shift_leader", unit=small_tree().east)


@pytest.fixture
def provider(db):
    return make_provider()


@pytest.fixture
def template(db):
    return make_template()


@pytest.fixture
def customer(agent):
    return reachable(agent)


def queue(agent, template, customer, **more):
    draft = Draft(customer.pk, more.pop("values", VALUES), **more)
    return send(actor=agent, template_id=template.pk, draft=draft, now=MORNING)


def run(provider, sender, now=MORNING):
    provider.refresh_from_db()
    if not provider.run_token:
        with transaction.atomic():
            kick(provider.channel, now)
        provider.refresh_from_db()
    return run_provider(provider.pk, provider.run_token, lambda: now, opener=lambda: sender)


def test_a_message_takes_a_permit_and_keeps_no_address(agent, provider, template, customer):
    message = queue(agent, template, customer)

    permit = Permit.objects.get(pk=message.permit_id)
    assert (message.status, message.channel, message.purpose) == ("QUEUED", "SMS", "RENEWAL")
    assert (permit.state, permit.customer_id, permit.contact_channel) == ("GRANTED", customer.pk, "SMS")
    assert message.servicing_agent_id == agent.scope.agent_id
    stored = Message.objects.filter(pk=message.pk).values().get()
    assert "13812345678" not in str(stored)
    assert "周" not in str(stored)


def test_what_leaves_is_filled_signed_and_on_the_timeline(agent, provider, template, customer):
    message = queue(agent, template, customer)
    sender = Scripted(Result.ACCEPTED)

    assert run(provider, sender) == 1

    message.refresh_from_db()
    entry = Interaction.objects.get(subject_kind="message", subject_id=message.pk)
    assert sender.sent[0].address == "13812345678"
    assert sender.sent[0].body == "【客源保险】尊敬的周先生，您的保费将于2026年4月1日到期。"
    assert (message.status, message.reference, message.attempts, message.claimed_by) == ("SENT", "ref-1", 1, "")
    assert (entry.kind, entry.direction, entry.staff_id, entry.summary) == ("SMS", "OUT", agent.id, "续期提醒")
    assert Permit.objects.get(pk=message.permit_id).state == "USED"


def test_the_same_key_is_one_message(agent, provider, template, customer):
    first = queue(agent, template, customer, key="renewal-2026-1")
    second = queue(agent, template, customer, key="renewal-2026-1")
    other = reachable(agent, "何美玲", "13912345678")

    assert first.pk == second.pk
    assert Message.objects.count() == Permit.objects.count() == 1
    with pytest.raises(Conflict, match=r"message\.key_reused"):
        queue(agent, template, other, key="renewal-2026-1")


def test_no_consent_no_message(agent, provider, customer):
    selling = make_template(purpose="MARKETING", code="offer")

    refused = queue(agent, selling, customer)
    agree(customer.pk)
    allowed = queue(agent, selling, customer)

    assert isinstance(refused, NotSent)
    assert refused.code == "no_consent"
    assert isinstance(allowed, Message)


def test_out_of_reach_is_not_found(actor_as, provider, template, customer):
    stranger = actor_as("agent", unit=small_tree().team_b)

    with pytest.raises(NotFound):
        queue(stranger, template, customer)
    assert Message.objects.count() == 0


def test_only_who_may_send_sends(actor_as, provider, template, customer):
    with pytest.raises(Forbidden):
        queue(actor_as("quality_inspector", unit=small_tree().head), template, customer)


def test_without_address_or_with_a_wrong_value_nothing_is_queued(agent, provider, template, customer):
    nowhere = make_customer(agent, "无号码")
    answers = send_many(
        actor=agent,
        template_id=template.pk,
        drafts=[Draft(nowhere.pk, VALUES), Draft(customer.pk, {"due_on": "明天"}), Draft(customer.pk, VALUES)],
        now=MORNING,
    )

    assert [getattr(answer, "code", "queued") for answer in answers] == [
        "message.no_address",
        "message.value_date",
        "queued",
    ]
    assert Permit.objects.count() == 1


def test_a_prohibited_word_in_a_value_is_refused(agent, provider, customer):
    template = make_template(
        body="{note}", variables=[{"name": "note", "kind": "TEXT", "sample": "请联系我们"}], code="note"
    )

    answer = queue(agent, template, customer, values={"note": "本产品保 本"})

    assert answer.error.code == "message.words"


def test_a_withdrawal_stops_what_is_queued_at_once(agent, provider, template, customer):
    message = queue(agent, template, customer)
    sender = Scripted(Result.ACCEPTED)
    Permit.objects.filter(pk=message.permit_id).update(state="CANCELLED", close_note="withdrawn")
    stop_of_permits([message.permit_id], because="withdrawn_consent", now=MORNING)

    run(provider, sender)

    message.refresh_from_db()
    assert (message.status, message.because, sender.sent) == ("CANCELLED", "withdrawn_consent", [])


def test_a_permit_taken_back_after_the_message_was_in_hand_still_stops_it(agent, provider, template, customer):
    message = queue(agent, template, customer)
    provider.refresh_from_db()
    taken = take(provider, provider.run_token, 10, MORNING)
    Permit.objects.filter(pk=message.permit_id).update(state="CANCELLED", close_note="consent withdrawn")

    assert not hand_over(taken[0], provider.run_token, MORNING)

    message.refresh_from_db()
    assert (message.status, message.because) == ("CANCELLED", "taken_back")


def test_a_retry_asks_consent_and_quiet_hours_again(agent, provider, customer):
    template = make_template(purpose="MARKETING", code="offer")
    consent = agree(customer.pk)
    message = queue(agent, template, customer)
    sender = Scripted(Result.LATER, Result.ACCEPTED)
    run(provider, sender)
    Message.objects.update(next_at=EVENING)

    run(provider, sender, now=EVENING)
    message.refresh_from_db()
    assert (message.status, message.because, len(sender.sent)) == ("QUEUED", "quiet_hours", 1)
    assert message.next_at.isoformat() == "2026-03-17T01:00:00+00:00"

    consent.revoked_at = EVENING
    consent.save()
    run(provider, sender, now=message.next_at)
    message.refresh_from_db()
    assert (message.status, message.because, len(sender.sent)) == ("CANCELLED", "no_consent", 1)


def test_a_late_message_asks_for_a_new_permit(agent, provider, template, customer):
    message = queue(agent, template, customer)
    sender = Scripted(Result.ACCEPTED)

    run(provider, sender, now=MORNING + timedelta(hours=30))

    first, message = message, Message.objects.get(pk=message.pk)
    assert message.status == "SENT"
    assert message.permit_id != first.permit_id
    assert Permit.objects.get(pk=message.permit_id).state == "USED"


def test_a_message_too_old_is_given_up(agent, provider, template, customer):
    message = queue(agent, template, customer)

    run(provider, Scripted(Result.ACCEPTED), now=MORNING + timedelta(hours=73))

    message.refresh_from_db()
    assert (message.status, message.because) == ("CANCELLED", "expired")


def test_what_failed_for_now_is_tried_again_with_pauses(agent, provider, template, customer):
    message = queue(agent, template, customer)

    run(provider, Scripted(Result.LATER))

    message.refresh_from_db()
    pause = (message.next_at - MORNING).total_seconds()
    assert (message.status, message.attempts) == ("QUEUED", 1)
    assert 60 <= pause <= 72
    assert wake(MORNING) == 0
    assert wake(message.next_at) == 1


def test_an_outage_rests_the_provider_and_costs_no_try(agent, provider, template, customer):
    message = queue(agent, template, customer)

    run(provider, Scripted(Result.OUTAGE))

    message.refresh_from_db()
    provider.refresh_from_db()
    assert (message.status, message.attempts, message.because) == ("QUEUED", 0, "outage")
    assert (provider.outages, provider.last_error) == (1, "x")
    assert provider.rests_until == MORNING + timedelta(seconds=30)
    assert wake(MORNING) == 0
    assert wake(MORNING + timedelta(seconds=31)) == 1


def test_hard_failures_in_a_row_mark_the_address(agent, provider, template, customer):
    point = ContactPoint.objects.get(customer=customer)
    for number in range(3):
        queue(agent, template, customer, key=f"k{number}")
        run(provider, Scripted(Result.BAD_ADDRESS))

    point.refresh_from_db()
    answer = queue(agent, template, customer, key="k4")
    assert (point.invalid_at, point.invalid_reason) == (MORNING, "RETURNED")
    assert ContactHealth.objects.get(pk=point.pk).bounces == 3
    assert answer.error.code == "message.no_address"


def test_a_message_that_arrives_forgives_earlier_failures(agent, provider, template, customer):
    for result in (Result.BAD_ADDRESS, Result.BAD_ADDRESS, Result.ACCEPTED, Result.BAD_ADDRESS):
        queue(agent, template, customer)
        run(provider, Scripted(result))

    assert ContactPoint.objects.get(customer=customer).invalid_at is None


def test_a_message_without_answer_is_in_doubt_and_not_sent_again(agent, manager, provider, template, customer):
    message = queue(agent, template, customer)
    sender = Scripted(Result.UNKNOWN, Result.ACCEPTED)
    run(provider, sender)
    run(provider, sender, now=MORNING + timedelta(minutes=10))

    message.refresh_from_db()
    assert (message.status, message.because, len(sender.sent)) == ("UNKNOWN", "no_answer", 1)

    with pytest.raises(Refused, match=r"message\.reason"):
        decide_message(actor=manager, message_id=message.pk, decision="again", reason="", now=MORNING)
    with pytest.raises(Forbidden):
        decide_message(actor=agent, message_id=message.pk, decision="again", reason="未到", now=MORNING)
    decide_message(actor=manager, message_id=message.pk, decision="again", reason="客户未收到", now=MORNING)
    run(provider, sender)
    message.refresh_from_db()
    assert (message.status, len(sender.sent)) == ("SENT", 2)


@pytest.mark.parametrize("safely, status, because", [(False, "UNKNOWN", "interrupted"), (True, "QUEUED", "")])
def test_a_run_killed_between_hand_over_and_answer(agent, provider, template, customer, safely, status, because):
    message = queue(agent, template, customer)
    other = queue(agent, template, reachable(agent, "何美玲", "13912345678"))
    provider.refresh_from_db()
    token = provider.run_token
    taken = take(provider, token, 10, MORNING)
    hand_over(next(row for row in taken if row.pk == message.pk), token, MORNING)

    begin(provider.pk, token, MORNING, repeats_safely=safely)

    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.status, message.because, message.claimed_by) == (status, because, "")
    assert (other.status, other.claimed_by) == ("QUEUED", "")


def test_two_runs_do_not_take_one_message(agent, provider, template, customer):
    queue(agent, template, customer)
    provider.refresh_from_db()

    first = take(provider, "one", 10, MORNING)
    second = take(provider, "two", 10, MORNING)

    assert (len(first), second) == (1, [])
    assert not hand_over(first[0], "two", MORNING)
    assert begin(provider.pk, "other", MORNING, repeats_safely=False) is None


def test_the_rate_of_a_provider_is_kept(agent, template):
    provider = make_provider(per_minute=2)
    for number in range(3):
        queue(agent, template, reachable(agent, f"客户{number}", f"1381234567{number}"))
    sender = Scripted(Result.ACCEPTED)

    run(provider, sender)
    assert len(sender.sent) == 2
    run(provider, sender, now=MORNING + timedelta(seconds=30))
    assert len(sender.sent) == 2
    run(provider, sender, now=MORNING + timedelta(seconds=61))
    assert len(sender.sent) == 3


def test_the_sender_may_stop_a_message_and_gets_the_permit_back(agent, provider, template, customer):
    message = queue(agent, template, customer)

    cancel_message(actor=agent, message_id=message.pk, reason="写错了", now=MORNING)
    run(provider, sender := Scripted(Result.ACCEPTED))

    message.refresh_from_db()
    assert (message.status, sender.sent) == ("CANCELLED", [])
    assert Permit.objects.get(pk=message.permit_id).state == "CANCELLED"
    with pytest.raises(Conflict, match=r"message\.has_left"):
        cancel_message(actor=agent, message_id=message.pk, reason="", now=MORNING)


def test_a_failed_message_is_sent_once_more_with_its_own_permit(agent, manager, provider, template, customer):
    message = queue(agent, template, customer)
    run(provider, Scripted(Result.REFUSED))

    retry_message(actor=manager, message_id=message.pk, now=MORNING)
    run(provider, Scripted(Result.ACCEPTED))

    message.refresh_from_db()
    assert (message.status, message.attempts) == ("SENT", 2)
    with pytest.raises(Conflict, match=r"message\.not_failed"):
        retry_message(actor=manager, message_id=message.pk, now=MORNING)


def test_the_outbox_provider_delivers_to_nobody(agent, provider, template, customer):
    message = queue(agent, template, customer)
    provider.refresh_from_db()

    run_provider(provider.pk, provider.run_token, lambda: MORNING)

    message.refresh_from_db()
    assert (message.status, message.delivered_at) == ("DELIVERED", MORNING)
    assert open_sender("OUTBOX", {}).repeats_safely


def test_without_a_provider_messages_wait(agent, template, customer):
    message = queue(agent, template, customer)

    assert wake(MORNING) == 0
    message.refresh_from_db()
    assert message.status == "QUEUED"


def test_a_provider_without_its_secret_rests_and_says_so(agent, template, customer):
    config = {"url": "https://sms.example/", "fields": {"to": "{phone}"}, "signature": "md5", "secret_file": "gone"}
    provider = make_provider(kind="SMS_HTTP", config=config)
    queue(agent, template, customer)
    provider.refresh_from_db()

    assert run_provider(provider.pk, provider.run_token, lambda: MORNING) == 0

    provider = MessageProvider.objects.get()
    assert (provider.last_error, provider.run_token) == ("config gone", "")
    assert provider.rests_until > MORNING


def test_a_head_of_unit_sees_the_unit_and_nobody_else(agent, manager, provider, template, customer):
    from keyuan.contact.selectors.messages.outbox import access_message, messages_visible_to

    message = queue(agent, template, customer)
    west = make_actor("shift_leader", unit=small_tree().west)

    assert access_message(manager, message.pk, now=MORNING).pk == message.pk
    assert not messages_visible_to(west, now=MORNING).exists()
    with pytest.raises(NotFound):
        access_message(west, message.pk, now=MORNING)
