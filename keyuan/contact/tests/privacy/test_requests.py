"""Requests of persons about their data: clock, states, copy, deletion, holds, terms (PLT-8; PIPL 44-50)."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest

from keyuan.contact.models import Consent, DoNotContact, Erasure, PrivacyRequest, RetentionRun
from keyuan.contact.rules.privacy import requests as rules
from keyuan.contact.rules.privacy.retention import Kept, effective_until, kept_until, locking
from keyuan.contact.selectors.privacy.requests import requests_visible_to
from keyuan.contact.services.privacy import copying, erasing
from keyuan.contact.services.privacy import requests as services
from keyuan.contact.services.privacy.retention import begin_run, change_term, end_run, run_step, steps_of
from keyuan.contact.testing import MORNING, agree
from keyuan.contact.tests.messages.making import reachable
from keyuan.customers.models import ContactPoint, Customer, CustomerSummary, Interaction, NameGram, Need
from keyuan.customers.services.interactions import InteractionDraft, add_interaction
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach, Scope, system_actor
from keyuan.kernel.calendars import builtin_calendar
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform.files import attachments, vault
from keyuan.platform.jobs.drain import drain
from keyuan.platform.models.attachment import Attachment
from keyuan.platform.models.audit_event import ReadEvent
from keyuan.platform.privacy import record_types

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)


@pytest.fixture
def compliance(actor_as):
    return actor_as("compliance", unit=small_tree().head)


@pytest.fixture
def clerk(actor_as):
    return actor_as("policy_clerk", unit=small_tree().east)


@pytest.fixture
def customer(agent_actor):
    return reachable(agent_actor, "周国栋", "13812345678")


def receive(actor, customer, kind=rules.COPY, **more):
    values = {"source": "PHONE", "received_at": MORNING, "now": MORNING} | more
    return services.receive_request(actor=actor, customer_id=customer.pk, kind=kind, **values)


def checked(actor, customer, kind):
    request = receive(actor, customer, kind)
    return services.check_identity(actor=actor, request_id=request.pk, how="DOCUMENT", now=MORNING)


def test_the_clock_counts_working_days():
    calendar = builtin_calendar()

    # 4 to 6 April 2026 is the Tomb-Sweeping holiday.
    assert rules.due_on(date(2026, 3, 16), calendar) == date(2026, 4, 7)
    assert rules.later_by_pause(date(2026, 4, 7), date(2026, 3, 20), date(2026, 3, 24), calendar) == date(2026, 4, 9)
    assert rules.working_days_left(date(2026, 4, 3), date(2026, 4, 7), calendar) == 1
    assert rules.working_days_left(date(2026, 4, 9), date(2026, 4, 7), calendar) == -2


def test_only_the_moves_that_exist_are_possible():
    states = (rules.RECEIVED, rules.WORKING, rules.PAUSED, rules.DONE, rules.REFUSED, rules.DROPPED)

    possible = {(one, other) for one in states for other in states if rules.may_move(one, other)}

    assert possible == rules.MOVES
    assert not any(one in (rules.DONE, rules.REFUSED, rules.DROPPED) for one, _other in possible)


def test_the_latest_of_all_terms_counts():
    kept = [
        Kept("a", date(2030, 1, 1), ""),
        Kept("b", date(2027, 1, 1), ""),
        Kept("free", date(2040, 1, 1), "", locks=False),
        Kept("over", date(2020, 1, 1), ""),
    ]

    assert [reason.key for reason in locking(kept, TODAY)] == ["a", "b"]
    assert effective_until(kept, TODAY) == date(2030, 1, 1)
    assert effective_until([*kept, Kept("open", None, "")], TODAY) is None
    assert kept_until(date(2026, 1, 31), 1) == date(2026, 2, 28)


def test_a_request_is_taken_in_with_number_clock_and_place(clerk, customer):
    request = receive(clerk, customer)

    assert (request.status, request.due_on, len(request.number)) == ("RECEIVED", date(2026, 4, 7), 10)
    assert request.servicing_agent_id == customer.summary.servicing_agent_id


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"kind": "OTHER"}, "privacy.kind"),
        ({"received_at": MORNING + timedelta(days=1)}, "privacy.in_future"),
        ({"applicant": "AGENT"}, "privacy.applicant_name"),
        ({"kind": "DECEASED"}, "privacy.relative"),
        ({"kind": "DECEASED", "applicant": "RELATIVE", "applicant_name": "周小"}, "privacy.alive"),
    ],
)
def test_what_cannot_be_is_refused(clerk, customer, changes, code):
    with pytest.raises(Refused) as refused:
        receive(clerk, customer, **changes)

    assert refused.value.code == code
    assert PrivacyRequest.objects.count() == 0


def test_nothing_is_handed_out_before_the_identity_is_checked(compliance, customer):
    request = receive(compliance, customer)

    with pytest.raises(Conflict):
        copying.make_copy(actor=compliance, request_id=request.pk, now=MORNING)
    with pytest.raises(Conflict):
        services.finish_request(actor=compliance, request_id=request.pk, answer="给", now=MORNING)


def test_a_pause_moves_the_due_day(clerk, customer):
    request = receive(clerk, customer)
    services.pause_request(actor=clerk, request_id=request.pk, reason="IDENTITY", now=MORNING)

    services.resume_request(actor=clerk, request_id=request.pk, now=MORNING + timedelta(days=7))

    request.refresh_from_db()
    assert (request.status, request.due_on, request.paused_on) == ("RECEIVED", date(2026, 4, 14), None)


def test_a_refusal_has_a_reason_and_an_answer(clerk, customer):
    request = receive(clerk, customer)

    with pytest.raises(Refused, match=r"privacy\.answer"):
        services.refuse_request(actor=clerk, request_id=request.pk, reason="NO_DATA", answer=" ", now=MORNING)
    services.refuse_request(actor=clerk, request_id=request.pk, reason="NO_DATA", answer="没有此类数据", now=MORNING)

    request.refresh_from_db()
    assert (request.status, request.refusal) == ("REFUSED", "NO_DATA")
    with pytest.raises(Conflict):
        services.check_identity(actor=clerk, request_id=request.pk, how="VIDEO", now=MORNING)


def test_others_see_no_requests(clerk, customer, actor_as):
    request = receive(clerk, customer)
    west = make_actor("policy_clerk", unit=small_tree().west)

    assert not requests_visible_to(west, now=MORNING).exists()
    with pytest.raises(NotFound):
        services.take_request(actor=west, request_id=request.pk, now=MORNING)
    with pytest.raises(Forbidden):
        receive(actor_as("quality_inspector", unit=small_tree().head), customer)


def test_the_copy_holds_everything_in_json_and_csv(compliance, customer):
    Need.objects.create(customer=customer, kind="MEDICAL", note="=cmd()", created_at=MORNING)
    agree(customer.pk)
    request = checked(compliance, customer, rules.COPY)

    kept = copying.make_copy(actor=compliance, request_id=request.pk, now=MORNING)

    _attachment, blocks = attachments.open_file(compliance, kept.pk)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(blocks)))
    data = json.loads(archive.read("data.json"))
    needs = list(csv.DictReader(io.StringIO(archive.read("customer_needs.csv").decode("utf-8-sig"))))
    assert data["tables"]["customer_contact_data"][0]["phone"] == "13812345678"
    assert data["tables"]["customer_archive"][0]["name"] == "周国栋"
    assert data["tables"]["contact_consents"][0]["purpose"] == "MARKETING"
    assert needs[0]["note"] == "'=cmd()"
    assert ReadEvent.objects.filter(reason="privacy-copy").count() == 1
    assert b"13812345678" not in vault.path_of(kept.storage_name).read_bytes()
    request.refresh_from_db()
    link = copying.fetch_copy(actor=compliance, request_id=request.pk, now=MORNING)
    assert link.startswith(f"/files/{kept.pk}/")
    assert request.steps.order_by("pk").last().step == "copy_fetched"
    services.finish_request(actor=compliance, request_id=request.pk, answer="已提供副本", now=MORNING)


def test_a_copy_made_anew_replaces_the_one_before_and_what_a_killed_run_left(compliance, customer):
    request = checked(compliance, customer, rules.COPY)
    first = copying.make_copy(actor=compliance, request_id=request.pk, now=MORNING)
    PrivacyRequest.objects.filter(pk=request.pk).update(copy_id=None, copied_at=None)

    second = copying.make_copy(actor=compliance, request_id=request.pk, now=MORNING)

    assert list(Attachment.objects.filter(kind="privacy_copy").values_list("pk", flat=True)) == [second.pk]
    assert PrivacyRequest.objects.get(pk=request.pk).copy_id == second.pk != first.pk


def test_a_copy_is_made_once_however_often_it_is_asked_for(compliance, customer):
    request = checked(compliance, customer, rules.COPY)

    first = copying.start_copy(actor=compliance, request_id=request.pk, now=MORNING)
    second = copying.start_copy(actor=compliance, request_id=request.pk, now=MORNING)

    assert first == second
    assert (first.kind, first.kwargs) == ("contact.privacy_copy", {"request_id": request.pk})


def test_nothing_is_kept_of_a_copy_whose_request_was_closed_meanwhile(compliance, customer):
    request = checked(compliance, customer, rules.COPY)

    def close(done, _total):
        if done == 1:
            services.drop_request(actor=compliance, request_id=request.pk, note="不用了", now=MORNING)

    with pytest.raises(Conflict):
        copying.make_copy(actor=compliance, request_id=request.pk, now=MORNING, told=close)
    assert not Attachment.objects.filter(kind="privacy_copy").exists()


def test_copies_expire_and_the_request_can_still_be_answered(compliance, customer, django_capture_on_commit_callbacks):
    request = checked(compliance, customer, rules.COPY)
    kept = copying.make_copy(actor=compliance, request_id=request.pk, now=MORNING)
    week = MORNING + timedelta(days=7)

    with pytest.raises(NotFound):
        copying.fetch_copy(actor=compliance, request_id=request.pk, now=week)
    assert copying.expire_copies(now=week) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert copying.expire_copies(now=week + timedelta(seconds=1)) == 1

    assert not vault.path_of(kept.storage_name).exists()
    services.finish_request(actor=compliance, request_id=request.pk, answer="已提供副本", now=week)


def test_only_some_posts_make_copies(clerk, customer):
    request = checked(clerk, customer, rules.COPY)

    with pytest.raises(Forbidden):
        copying.make_copy(actor=clerk, request_id=request.pk, now=MORNING)


def test_a_prospect_is_taken_out_whole(compliance, customer):
    agree(customer.pk)
    entry = InteractionDraft("CALL", "OUT", MORNING, "谈了家里的事", detail="女儿要上学")
    add_interaction(customer_id=customer.pk, draft=entry, actor=system_actor("test"))
    request = checked(compliance, customer, rules.DELETE)

    erasure = erasing.erase_for_request(actor=compliance, request_id=request.pk, reason="客户要求", now=MORNING)

    found = Customer.objects.get(pk=customer.pk)
    assert erasure.is_whole
    assert (found.name, found.sex, CustomerSummary.objects.get(pk=customer.pk).name) == ("", "", "")
    assert not ContactPoint.objects.filter(customer=customer).exists()
    assert not NameGram.objects.filter(customer=customer).exists()
    assert set(Interaction.objects.filter(customer=customer).values_list("summary", "detail")) == {("", "")}
    assert not Consent.objects.filter(customer=customer, revoked_at__isnull=True).exists()
    assert DoNotContact.objects.get(customer=customer).scope == "ALL"
    services.finish_request(actor=compliance, request_id=request.pk, answer="已删除", now=MORNING)


def test_a_legal_hold_lets_nothing_go(compliance, customer):
    request = checked(compliance, customer, rules.DELETE)
    hold = erasing.place_hold(actor=compliance, customer_id=customer.pk, reason="诉讼", case_no="(2026)1", now=MORNING)

    with pytest.raises(Refused, match=r"privacy\.held"):
        erasing.erase_for_request(actor=compliance, request_id=request.pk, reason="客户要求", now=MORNING)
    assert erasing.erase_customers([customer.pk], now=MORNING) == 0

    erasing.lift_hold(actor=compliance, hold_id=hold.pk, reason="结案", now=MORNING)
    assert erasing.erase_customers([customer.pk], now=MORNING) == 1


def test_only_compliance_takes_data_out(clerk, customer):
    request = checked(clerk, customer, rules.DELETE)

    with pytest.raises(Forbidden):
        erasing.erase_for_request(actor=clerk, request_id=request.pk, reason="客户要求", now=MORNING)
    assert not Erasure.objects.exists()


def test_files_and_snapshots_are_reached_once(compliance, customer, monkeypatch):
    forgotten = []
    monkeypatch.setattr(erasing.mart, "forget", lambda ids: forgotten.append(list(ids)) or 0)
    request = checked(compliance, customer, rules.DELETE)
    kept = attachments.store(
        actor=compliance,
        subject=attachments.Subject("privacy_request", request.pk),
        name="a.txt",
        file=io.BytesIO(b"text"),
        now=MORNING,
    )
    erasure = erasing.erase_for_request(actor=compliance, request_id=request.pk, reason="客户要求", now=MORNING)

    assert erasing.finish_outside(erasure.pk, MORNING)
    assert not erasing.finish_outside(erasure.pk, MORNING)

    assert forgotten == [[customer.pk]]
    assert not vault.path_of(kept.storage_name).exists()


def whole_run(compliance, now, *, is_dry):
    run = begin_run(actor=compliance, is_dry=is_dry, now=now)
    for key in steps_of():
        after, more = 0, True
        while more:
            after, more = run_step(run.pk, key, after, now.date(), now)
    end_run(run.pk, now)
    return RetentionRun.objects.get(pk=run.pk).report


def test_a_run_counts_first_and_takes_out_only_what_was_switched_on(compliance, agent_actor):
    old = make_customer(agent_actor, "老客户")
    CustomerSummary.objects.filter(pk=old.pk).update(opened_on="2020-01-01", last_contact_on="2020-01-01")
    with pytest.raises(Refused, match=r"retention\.dry_first"):
        change_term(actor=compliance, key="prospects", months=24, is_active=True, reason="启用", version=0, now=MORNING)

    assert whole_run(compliance, MORNING, is_dry=True)["prospects"] == {"over": 1, "gone": 0, "active": False}
    assert whole_run(compliance, MORNING, is_dry=False)["prospects"]["gone"] == 0
    change_term(actor=compliance, key="prospects", months=24, is_active=True, reason="启用", version=0, now=MORNING)
    assert whole_run(compliance, MORNING, is_dry=False)["prospects"]["gone"] == 1
    assert whole_run(compliance, MORNING, is_dry=False)["prospects"]["over"] == 0
    assert Customer.objects.get(pk=old.pk).name == ""


def test_a_term_is_never_shorter_than_the_law(compliance):
    with pytest.raises(Refused, match=r"retention\.months"):
        change_term(actor=compliance, key="identity", months=60, is_active=False, reason="短", version=0, now=MORNING)

    assert {kind.key for kind in record_types} >= {"identity", "contract_long", "claims", "prospects", "messages"}
    assert all(kind.months >= kind.least for kind in record_types)


def test_the_page_of_a_request_shows_the_copy_on_its_way_and_leads_to_it(customer):
    client, compliance = client_of("compliance", unit=small_tree().head)
    request = checked(compliance, customer, rules.COPY)
    address = f"/contact/privacy/{request.pk}/"

    client.post(f"{address}copy/")
    on_its_way = client.get(address).content.decode()
    drain()
    ready = client.get(address).content.decode()
    fetched = client.get(f"{address}copy/file/")
    got = client.get(fetched["Location"])

    assert "正在制作副本" in on_its_way
    assert "hx-trigger" in on_its_way.partition('id="copy-state"')[2][:200]
    assert f"{address}copy/file/" in ready
    assert got["Content-Disposition"].startswith("attachment")
    assert b"".join(got.streaming_content)[:2] == b"PK"
    assert [step.step for step in request.steps.order_by("pk")][-2:] == ["copied", "copy_fetched"]


def test_a_hold_is_lifted_by_those_who_reach_the_customer(compliance, customer):
    hold = erasing.place_hold(actor=compliance, customer_id=customer.pk, reason="诉讼", case_no="", now=MORNING)
    elsewhere = replace(compliance, scope=Scope(Reach.UNIT, small_tree().west.pk, "branch"))

    with pytest.raises(NotFound):
        erasing.lift_hold(actor=elsewhere, hold_id=hold.pk, reason="结案", now=MORNING)


def test_the_file_of_a_copy_is_not_for_those_who_may_not_make_one(compliance, clerk, customer):
    request = checked(compliance, customer, rules.COPY)
    kept = copying.make_copy(actor=compliance, request_id=request.pk, now=MORNING)

    assert requests_visible_to(clerk, now=MORNING).exists()
    with pytest.raises(NotFound):
        attachments.open_file(clerk, kept.pk)
