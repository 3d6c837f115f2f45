"""The pages of contacting: panel, start of a contact, rules, purposes, statistics, lists (PLT-8, MKT-9)."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from keyuan.contact.models import Consent, DoNotContact, Permit, Purpose, RuleVersion
from keyuan.contact.services.contacting import count_unasked
from keyuan.contact.services.counting import count_budgets, count_day
from keyuan.contact.services.permits import permit
from keyuan.contact.testing import MORNING, agree
from keyuan.customers.models import Interaction
from keyuan.customers.services.interactions import InteractionDraft, record_interaction
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.platform.files import attachments_of
from keyuan.platform.subjects import Subject

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 16))


@pytest.fixture
def visit():
    return client_of("agent")


@pytest.fixture
def customer(visit):
    customer = make_customer(visit[1], phone="13800000001")
    agree(customer.pk, channel="PHONE")
    return customer


def ask(client, customer, **more):
    data = {"channel": "PHONE", "purpose": "MARKETING", "token": "t1", **more}
    return client.post(f"/contact/of-customer/{customer.pk}/start/", data, **HTMX)


def test_a_contact_is_asked_for_and_written_down(visit, customer):
    client, _actor = visit

    granted = ask(client, customer)
    row = Permit.objects.get()
    assert f"/contact/permits/{row.pk}/outcome/" in granted.content.decode()
    done = client.post(f"/contact/permits/{row.pk}/outcome/", {"outcome": "REACHED", "summary": "约定下周见面"}, **HTMX)

    row.refresh_from_db()
    entry = Interaction.objects.get()
    assert (done.status_code, row.state, row.interaction_id) == (204, "USED", entry.pk)
    assert (entry.kind, entry.direction, entry.purpose) == ("CALL", "OUT", "SALES")


def test_a_double_click_is_one_permit(visit, customer):
    client, _actor = visit

    ask(client, customer)
    ask(client, customer)

    assert Permit.objects.count() == 1


def test_a_refused_contact_says_why_and_when_and_can_be_put_off(visit, customer):
    client, actor = visit
    for hour in range(3):
        permit(
            actor=actor, customer_id=customer.pk, channel="PHONE", purpose="MARKETING",
            now=MORNING - timedelta(minutes=10 * hour),
        )  # fmt: skip

    page = ask(client, customer).content.decode()

    assert "7 天内 3 次的联系额度已用尽" in page
    assert "2026-03-23 09:40" in page
    refused = Permit.objects.get(state="REFUSED")
    client.post(f"/contact/permits/{refused.pk}/remind/", **HTMX)
    assert customer.tasks.get().due_at == refused.next_at


def test_what_the_customer_says_on_the_phone_counts_at_once(visit, customer):
    client, _actor = visit
    ask(client, customer)
    row = Permit.objects.get()

    client.post(
        f"/contact/permits/{row.pk}/outcome/", {"outcome": "REFUSED", "summary": "不要再打了", "refused": "on"}, **HTMX
    )

    kept = DoNotContact.objects.get()
    assert (kept.contact_channel, kept.until, kept.words) == ("PHONE", date(2026, 9, 16), "不要再打了")
    assert "客户已拒绝此类联系" in ask(client, customer, token="t2").content.decode()
    head = client.get(f"/customers/{customer.pk}/").content.decode()
    assert "禁电话营销，服务可联系，至 2026-09" in head
    assert "1 / 6" in head


def test_consent_is_given_and_withdrawn_on_the_panel(visit, customer):
    client, _actor = visit
    panel = f"/contact/of-customer/{customer.pk}/"
    form = {"purpose": "MARKETING", "channels": ["SMS"], "source": "SIGNED", "granted_at": "2026-03-16T09:30"}

    refused = client.post(f"{panel}consent/", {**form, "evidence": ""}, **HTMX)
    assert refused.status_code == 422
    assert "请填写凭证所在" in refused.content.decode()
    client.post(f"{panel}consent/", {**form, "evidence": "录音 7"}, **HTMX)

    assert "短信营销" in client.get(panel).content.decode()
    assert "录音 7" in client.get(f"{panel}?whole=1").content.decode()
    client.post(f"{panel}withdraw/", {"purpose": "MARKETING", "channel": "SMS"}, **HTMX)
    assert Consent.objects.get(contact_channel="SMS").revoked_at == MORNING


def test_rules_are_previewed_and_put_in_force_with_history(visit, customer):
    client, _actor = client_of("customer_resource_manager", unit=small_tree().east)
    page = client.get("/contact/rules/edit/")
    form = page.context["form"]
    data = {name: value for name, value in form.initial.items() if value is not None and value is not False}
    data |= {"reason": "季度评估", "version": 0, "cap_SALES_PHONE_most": 1, "cap_SALES_PHONE_per": "on"}
    seller = visit[1]
    for minute in range(2):
        permit(
            actor=seller, customer_id=customer.pk, channel="PHONE", purpose="MARKETING",
            now=MORNING + timedelta(minutes=minute),
        )  # fmt: skip

    preview = client.post("/contact/rules/edit/", {**data, "preview": "1"})
    found = preview.context["preview"]["found"]
    assert (found.asks, found.stopped_now, found.newly_stopped) == (2, 0, 1)
    assert RuleVersion.objects.count() == 0
    assert client.post("/contact/rules/edit/", data).status_code == 302

    kept = RuleVersion.objects.get()
    assert (kept.version, kept.reason) == (1, "季度评估")
    assert "季度评估" in client.get("/contact/rules/").content.decode()
    again = client.post("/contact/rules/edit/", data)
    assert again.status_code == 422
    assert RuleVersion.objects.count() == 1


def test_rules_below_the_law_are_refused_and_nothing_typed_is_lost():
    client, _actor = client_of("customer_resource_manager", unit=small_tree().east)
    form = client.get("/contact/rules/edit/").context["form"]
    data = {name: value for name, value in form.initial.items() if value is not None and value is not False}
    data |= {"reason": "x", "version": 0, "quiet_SALES_starts": "22:00", "dnc_months": 3}

    answer = client.post("/contact/rules/edit/", data)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "营销静默时段至少为 21:00 至次日 9:00" in text
    assert "法定拒绝期限不少于 6 个月" in text
    assert 'value="22:00"' in text


def test_a_purpose_is_changed_with_its_fields_and_kept():
    client, _actor = client_of("compliance", unit=small_tree().head)
    form = client.get("/contact/purposes/MARKETING/edit/").context["form"]
    data = {name: value for name, value in form.initial.items() if value is not None and value is not False}
    data |= {"reason": "最小必要", "fields_LIFE": []}

    refused = client.post("/contact/purposes/MARKETING/edit/", {**data, "basis": "CONTRACT"})
    assert refused.status_code == 422
    client.post("/contact/purposes/MARKETING/edit/", data)

    row = Purpose.objects.get()
    assert (row.key, row.version, "hobbies" in row.fields, "phone" in row.fields) == ("MARKETING", 1, False, True)
    assert "最小必要" in client.get("/contact/purposes/MARKETING/").content.decode()


def test_statistics_count_by_reason_unit_and_purpose(visit, customer):
    seller = visit[1]
    bare = make_customer(seller)
    for who in (customer, bare):
        permit(actor=seller, customer_id=who.pk, channel="PHONE", purpose="MARKETING", now=MORNING)
    client, _manager = client_of("customer_resource_manager", unit=small_tree().east)
    count_day(date(2026, 3, 16))
    count_day(date(2026, 3, 16))

    page = client.get("/contact/statistics/")
    stranger, _actor = client_of("customer_resource_manager", unit=small_tree().west)

    assert (page.context["total"].asks, page.context["total"].refused) == (2, 1)
    assert [(row["label"], row["count"]) for row in page.context["reasons"]] == [("未取得同意", 1)]
    assert stranger.get("/contact/statistics/").context["total"].asks == 0


def test_the_nightly_count_finds_who_is_contacted_most(visit, customer):
    permit(actor=visit[1], customer_id=customer.pk, channel="PHONE", purpose="MARKETING", now=MORNING)
    count_budgets([customer.pk], now=MORNING)
    client, _manager = client_of("customer_resource_manager", unit=small_tree().east)

    assert customer.name in client.get("/contact/overused/").content.decode()
    assert count_budgets([customer.pk], now=MORNING) == 0


def test_a_contact_recorded_without_asking_counts_all_the_same(visit, customer):
    draft = InteractionDraft("CALL", "OUT", MORNING, "推荐年金", purpose="SALES")
    entry = record_interaction(actor=visit[1], customer_id=customer.pk, draft=draft, now=MORNING)

    assert [count_unasked([entry.pk], now=MORNING), Permit.objects.count()] == [1, 1]
    count_unasked([entry.pk], now=MORNING)

    row = Permit.objects.get()
    assert (row.state, row.kind, row.close_note) == ("USED", "SALES", "unasked")


def test_lists_open_and_stay_within_reach(visit, customer):
    permit(actor=visit[1], customer_id=customer.pk, channel="PHONE", purpose="MARKETING", now=MORNING)
    stranger, _actor = client_of("customer_resource_manager", unit=small_tree().west)
    manager, _actor = client_of("customer_resource_manager", unit=small_tree().east)

    for path in ("permits", "refusals", "reservations", "overused", "unused"):
        assert manager.get(f"/contact/{path}/").status_code == 200
        assert customer.name not in stranger.get(f"/contact/{path}/").content.decode()
    assert customer.name in manager.get("/contact/permits/").content.decode()


def test_nobody_manages_rules_without_the_permission():
    client, _actor = client_of("agent")

    assert client.get("/contact/rules/").status_code == 200
    assert client.get("/contact/rules/edit/").status_code == 403


PROOF = {"purpose": "MARKETING", "channels": ["SMS"], "source": "SIGNED", "granted_at": "2026-03-16T09:30"}


def test_the_proof_of_a_consent_is_a_file_that_can_be_read_again(visit, customer):
    client, actor = visit
    scan = SimpleUploadedFile("同意书.pdf", b"%PDF-1.4 signed", "application/pdf")

    done = client.post(f"/contact/of-customer/{customer.pk}/consent/", PROOF | {"file": scan}, **HTMX)

    row = Consent.objects.get(contact_channel="SMS")
    (kept,) = attachments_of(actor, Subject("consent", row.pk))
    shown = client.get(f"/contact/of-customer/{customer.pk}/?whole=1").content.decode()
    assert (done.status_code, kept.name, kept.kind) == (204, "同意书.pdf", "consent")
    assert f"/files/{kept.pk}/" in shown


@pytest.mark.parametrize("name, content", [("proof.exe", b"MZ"), ("proof.pdf", b"<html>"), ("proof.pdf", b"")])
def test_no_consent_stands_on_a_file_that_is_not_kept(visit, customer, name, content):
    client, _actor = visit

    answer = client.post(
        f"/contact/of-customer/{customer.pk}/consent/", PROOF | {"file": SimpleUploadedFile(name, content)}, **HTMX
    )

    assert answer.status_code == 422
    assert not Consent.objects.filter(contact_channel="SMS").exists()
