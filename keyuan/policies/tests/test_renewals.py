"""Renewal of cover: opening by night, contact, quotes, seamless contracts, loss, stop, hand-out, rate (POL-4)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from keyuan.contact.models import Permit
from keyuan.contact.services.messages.defaults import ship_templates
from keyuan.contact.services.permits import Refusal, permit
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, Invalid, NotFound, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.handlers import contracts_changed
from keyuan.policies.models import Application, Coverage, Policy, Renewal, RenewalQuote, Vehicle
from keyuan.policies.rules.renewals.motor import DEFAULT, Record, Tariff
from keyuan.policies.rules.renewals.windows import Window
from keyuan.policies.selectors.renewals import tariff_on
from keyuan.policies.selectors.renewals.comparing import comparison
from keyuan.policies.selectors.renewals.rates import rates
from keyuan.policies.services.applications import issuing as application_issuing
from keyuan.policies.services.applications import underwriting
from keyuan.policies.services.applications.underwriting import Verdict
from keyuan.policies.services.renewals import issuing, opening, quoting, settings, working
from keyuan.policies.services.renewals.pricing import CoverDraft, MotorDraft, QuoteDraft
from keyuan.policies.testing import NOW, TODAY, keep, make_policy, make_product
from keyuan.products.models import ProductQuestion

ENDS = date(2026, 4, 15)
PREMIUM = 86_000


def short(agent, *, kind="MEDICAL", ends=ENDS, product=None, **draft):
    """A contract of one year that ends on ``ends``."""
    product = product or make_product(kind=kind, is_long_term=False, waiting_days=30, cooling_off_days=0)
    begins = date(ends.year - 1, ends.month, ends.day) + timedelta(days=1)
    values = {
        "effective_on": begins, "expires_on": ends, "applied_on": min(begins, TODAY), "issued_on": min(begins, TODAY),
        "pay_mode": "01",
        "pay_term": None, "pay_term_unit": "S", "cover_term": 1, "cover_term_unit": "Y", "premium": PREMIUM,
        "sum_insured": 200_000_000,
    }  # fmt: skip
    return make_policy(agent, product=product, **values | draft)


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def clerk():
    return make_actor("policy_clerk", unit=small_tree().east)


def opened(agent, now=NOW, **draft):
    policy = short(agent, **draft)
    rows = list(Policy.objects.filter(pk=policy.pk).values_list(*opening.READ))
    opening.open_rows(rows, opening.windows_in_force(), now)
    return Renewal.objects.get(policy=policy)


def drafted(renewal, **more):
    product = renewal.product
    cover = CoverDraft(product.code, product.name, product.pk, sum_insured=200_000_000, former_premium=PREMIUM)
    return QuoteDraft(product.pk, (cover,), **{"premium": 95_000} | more)


def quoted(agent, renewal, now=NOW, token="", **more):
    renewal.refresh_from_db()
    return quoting.make_quote(
        actor=agent, renewal_id=renewal.pk, version=renewal.version, draft=drafted(renewal, **more), now=now,
        token=token,
    )  # fmt: skip


def accepted(agent, renewal):
    quote = quoted(agent, renewal)
    renewal.refresh_from_db()
    return quoting.accept_quote(
        actor=agent, renewal_id=renewal.pk, number=quote.number, version=renewal.version, now=NOW
    )  # fmt: skip


class Job:
    """A job that has all the time of the world."""

    done = None

    def time_left(self):
        return self.done is None

    def step(self):
        return transaction.atomic()

    def advance(self, _count):
        pass

    def finish(self, **counts):
        self.done = counts


def pass_night(today, now=NOW):
    job = Job()
    opening.run_night(job, {}, now.replace(year=today.year, month=today.month, day=today.day))
    return job.done


@pytest.mark.django_db
def test_the_night_opens_what_is_in_its_window_once_and_leaves_out_the_rest(agent):
    inside = short(agent)
    short(agent, ends=date(2026, 6, 20))  # its window opens later
    make_policy(agent)  # runs for life
    keep(short(agent), status="TERMINATED", termination_reason="03", expires_on=ENDS)
    renewed = short(agent)
    make_policy(agent, previous_policy_id=renewed.pk)

    first, again = pass_night(TODAY), pass_night(TODAY)

    assert (first, again) == ({"opened": 1, "closed": 0}, {"opened": 0, "closed": 0})
    row = Renewal.objects.get()
    assert (row.policy_id, row.stage, row.premium, row.calls_from, row.lapses_on) == (
        inside.pk, "OPEN", PREMIUM, date(2026, 3, 6), date(2026, 5, 15),
    )  # fmt: skip
    assert (row.servicing_agent_id, row.branch_id) == (inside.servicing_agent_id, inside.branch_id)


@pytest.mark.django_db
def test_a_window_that_has_passed_closes_as_lost_and_a_renewed_one_as_won(agent):
    lost, won, ended = opened(agent), opened(agent), opened(agent)
    follower = short(agent, ends=date(2027, 4, 15), previous_policy_id=won.policy_id)
    keep(ended.policy, status="TERMINATED", termination_reason="03")

    assert pass_night(date(2026, 5, 15)) == {"opened": 0, "closed": 0}
    assert pass_night(date(2026, 5, 16)) == {"opened": 0, "closed": 3}

    for row in (lost, won, ended):
        row.refresh_from_db()
    assert (lost.stage, lost.reason, won.stage, won.new_policy_id, ended.reason) == (
        "LOST", "LAPSED", "WON", follower.pk, "ENDED",
    )  # fmt: skip


@pytest.mark.django_db
def test_a_contract_that_names_its_former_one_wins_at_once(agent, worked_off_events):
    renewal = opened(agent)
    renewal.policy.refresh_from_db()

    short(agent, ends=date(2027, 4, 15), previous_policy_id=renewal.policy_id)
    worked_off_events()

    renewal.refresh_from_db()
    assert (renewal.stage, renewal.new_premium) == ("WON", PREMIUM)


@pytest.fixture
def worked_off_events():
    def run():
        for policy in Policy.objects.order_by("pk"):
            contracts_changed(PoliciesChanged((policy.pk,), "CREATE"))

    return run


@pytest.mark.django_db
def test_an_accepted_quote_becomes_seamless_cover_without_waiting_period_once(agent, clerk):
    renewal = opened(agent)
    accepted(agent, renewal)
    renewal.refresh_from_db()
    issue = {"actor": clerk, "renewal_id": renewal.pk, "version": renewal.version, "now": NOW}

    with pytest.raises(Refused, match="paid_before_quote"):
        issuing.issue_renewal(paid=issuing.Paid(TODAY - timedelta(days=1)), **issue)
    policy = issuing.issue_renewal(paid=issuing.Paid(TODAY), **issue)
    again = issuing.issue_renewal(paid=issuing.Paid(TODAY), **issue)

    renewal.refresh_from_db()
    assert again.pk == policy.pk
    assert Policy.objects.filter(previous_policy_id=renewal.policy_id).count() == 1
    policy.refresh_from_db()
    assert (policy.effective_on, policy.expires_on, policy.status) == (
        date(2026, 4, 16), date(2027, 4, 15), "NOT_EFFECTIVE",
    )  # fmt: skip
    assert (policy.waiting_until, policy.premium, policy.servicing_agent_id) == (
        None, 95_000, renewal.policy.servicing_agent_id,
    )  # fmt: skip
    assert policy.instalments.get().paid_amount == 95_000
    assert (renewal.stage, renewal.new_policy_id, renewal.new_premium) == ("WON", policy.pk, 95_000)
    assert (policy.facts["renewal_id"], policy.facts["at_once"]) == (renewal.pk, "NOT_ASKED")
    assert list(Coverage.objects.filter(policy=policy).values_list("sum_insured", "premium")) == [(200_000_000, 95_000)]


@pytest.mark.django_db
def test_quotes_stand_side_by_side_and_a_form_sent_twice_makes_one(agent):
    renewal = opened(agent)
    one = quoted(agent, renewal, token="a")
    same = quoted(agent, renewal, token="a")
    other = quoted(agent, renewal, token="b", premium=80_000)

    premium = comparison(renewal, [other, one])[2]

    assert (same.pk, other.number) == (one.pk, 2)
    assert [cell.differs for cell in premium.cells] == [True, True]
    assert [cell.more for cell in premium.cells] == ["-60.00 (-7.0%)", "+90.00 (+10.5%)"]
    assert one.valid_until == TODAY + timedelta(days=30)


@pytest.mark.django_db
@pytest.mark.parametrize("more, code", [
    ({"premium": None}, "application.premium_missing"),
    ({"covers": ()}, "renewal.no_covers"),
    ({"note": "保证续保"}, "renewal.words"),
    ({"note": "收益稳赚"}, "proposal.words"),
    ({"valid_days": 91}, "renewal.validity"),
    ({"product_id": 0}, "policy.product_stopped"),
])  # fmt: skip
def test_a_quote_that_cannot_be_is_refused_with_its_field(agent, more, code):
    renewal = opened(agent)

    with pytest.raises(Refused) as refusal:
        quoted(agent, renewal, **more) if "product_id" not in more and "covers" not in more else quoting.make_quote(
            actor=agent, renewal_id=renewal.pk, version=renewal.version, now=NOW,
            draft=QuoteDraft(more.get("product_id", renewal.product_id), more.get("covers", drafted(renewal).covers)),
        )  # fmt: skip

    found = refusal.value.errors[0] if isinstance(refusal.value, Invalid) else refusal.value
    assert (found.code, found.field is not None) == (code, True)
    assert not RenewalQuote.objects.exists()


@pytest.mark.django_db
def test_quotes_wait_for_their_window_and_end_with_their_day(agent):
    early = opened(agent, ends=date(2026, 5, 30))
    with pytest.raises(Refused, match="quotes_closed"):
        quoted(agent, early)

    renewal = opened(agent)
    quote = quoted(agent, renewal, valid_days=3)
    renewal.refresh_from_db()
    late = NOW + timedelta(days=4)
    with pytest.raises(Refused, match="quote_over"):
        quoting.accept_quote(
            actor=agent, renewal_id=renewal.pk, number=quote.number, version=renewal.version, now=late
        )  # fmt: skip


def asks_health(product):
    ProductQuestion.objects.get_or_create(
        product=product, code="HOSPITAL", defaults={"text": "住院", "kind": "YES_NO", "adverse": ["YES"]}
    )


def raised(agent, renewal):
    """Accept a quote of twice the sum, for a product that asks about health."""
    asks_health(renewal.product)
    cover = CoverDraft(renewal.product.code, renewal.product.name, renewal.product_id, sum_insured=400_000_000)
    renewal.refresh_from_db()
    quote = quoting.make_quote(
        actor=agent, renewal_id=renewal.pk, version=renewal.version,
        draft=QuoteDraft(renewal.product_id, (cover,), premium=95_000), now=NOW,
    )  # fmt: skip
    renewal.refresh_from_db()
    quoting.accept_quote(
        actor=agent, renewal_id=renewal.pk, number=quote.number, version=renewal.version, now=NOW
    )  # fmt: skip
    renewal.refresh_from_db()
    return Application.objects.order_by("-pk").first()


@pytest.mark.django_db
def test_raised_cover_is_applied_for_and_the_contract_from_it_wins(agent, clerk, worked_off_events):
    renewal = opened(agent)
    application = raised(agent, renewal)
    facts = (application.status, application.sum_insured, application.premium, application.effective_on)

    with pytest.raises(Refused, match=r"renewal\.by_application"):
        issuing.issue_renewal(
            actor=clerk, renewal_id=renewal.pk, version=renewal.version, paid=issuing.Paid(TODAY), now=NOW
        )
    Application.objects.update(status="ACCEPTED", paid_amount=95_000, paid_on=TODAY)
    policy = application_issuing.issue_policy(actor=clerk, application_id=application.pk, version=None, now=NOW)
    contracts_changed(PoliciesChanged((policy.pk,), "CREATE"))

    renewal.refresh_from_db()
    assert facts == ("DRAFT", 400_000_000, 95_000, ENDS + timedelta(days=1))
    assert (application.holder_id, application.renewal_id) == (renewal.holder_id, renewal.pk)
    assert (policy.previous_policy_id, policy.effective_on, policy.waiting_until) == (
        renewal.policy_id, ENDS + timedelta(days=1), None,
    )  # fmt: skip
    assert (renewal.stage, renewal.new_policy_id, renewal.new_premium) == ("WON", policy.pk, 95_000)


@pytest.mark.django_db
def test_what_is_asked_since_the_quote_was_accepted_is_applied_for_first(agent, clerk):
    renewal = opened(agent)
    quoting.make_quote(
        actor=agent, renewal_id=renewal.pk, version=renewal.version, now=NOW,
        draft=replace(drafted(renewal), covers=(replace(drafted(renewal).covers[0], sum_insured=400_000_000),)),
    )  # fmt: skip
    renewal.refresh_from_db()
    quoting.accept_quote(actor=agent, renewal_id=renewal.pk, number=1, version=renewal.version, now=NOW)
    asks_health(renewal.product)

    with pytest.raises(Refused, match=r"renewal\.asked_since"):
        issuing.issue_renewal(actor=clerk, renewal_id=renewal.pk, version=None, paid=issuing.Paid(TODAY), now=NOW)
    renewal.refresh_from_db()
    quoting.withdraw_acceptance(actor=agent, renewal_id=renewal.pk, version=renewal.version, now=NOW)
    renewal.refresh_from_db()
    quoting.accept_quote(actor=agent, renewal_id=renewal.pk, number=1, version=renewal.version, now=NOW)

    assert Application.objects.get(renewal=renewal).status == "DRAFT"
    assert not Policy.objects.filter(previous_policy_id=renewal.policy_id).exists()


@pytest.mark.django_db
def test_a_renewal_follows_the_end_of_its_application(agent):
    judge = make_actor("underwriter", unit=small_tree().east)
    renewal = opened(agent)
    first = raised(agent, renewal)
    quoting.withdraw_acceptance(actor=agent, renewal_id=renewal.pk, version=renewal.version, now=NOW)
    renewal.refresh_from_db()
    after = (renewal.stage, Application.objects.get(pk=first.pk).status, renewal.quotes.get().state)
    second = raised(agent, renewal)
    Application.objects.filter(pk=second.pk).update(status="UNDERWRITING")
    with pytest.raises(Refused, match=r"renewal\.application_open"):
        quoting.withdraw_acceptance(actor=agent, renewal_id=renewal.pk, version=renewal.version, now=NOW)
    underwriting.conclude(
        actor=judge, application_id=second.pk, version=None, verdict=Verdict("DECLINED", "既往症"), now=NOW
    )

    renewal.refresh_from_db()
    assert after == ("QUOTED", "WITHDRAWN", "OFFERED")
    assert (renewal.stage, renewal.reason) == ("LOST", "DECLINED")


@pytest.mark.django_db
def test_two_people_at_once_accept_one_quote(agent):
    renewal = opened(agent)
    one, two = quoted(agent, renewal), quoted(agent, renewal)
    renewal.refresh_from_db()
    same = {"actor": agent, "renewal_id": renewal.pk, "version": renewal.version, "now": NOW}
    quoting.accept_quote(number=one.number, **same)

    with pytest.raises(Conflict):
        quoting.accept_quote(number=two.number, **same)

    renewal.refresh_from_db()
    assert (renewal.stage, renewal.new_premium) == ("ACCEPTED", 95_000)
    quoting.withdraw_acceptance(**same | {"version": renewal.version})
    renewal.refresh_from_db()
    assert (renewal.stage, renewal.new_premium) == ("QUOTED", None)


@pytest.mark.django_db
def test_motor_is_priced_by_grade_and_tariff_of_the_day_on_which_cover_begins(agent, clerk):
    product = make_product(name="机动车商业保险", kind="MOTOR", is_long_term=False)
    renewal = opened(agent, product=product, vehicle={"plate": "粤B12345", "vin": "LSVAA4182E2184847"})
    head = make_actor("management", unit=small_tree().head)
    settings.add_tariff(
        actor=head, valid_from=date(2026, 4, 16), tariff=Tariff(ncd=[4_000, *DEFAULT.ncd[1:]]), note="", now=NOW
    )
    motor = MotorDraft(Record(insured_years=5), base=340_000, own_bp=9_000)

    quote = quoted(agent, renewal, motor=motor)
    renewal.refresh_from_db()
    quoting.accept_quote(actor=agent, renewal_id=renewal.pk, number=1, version=renewal.version, now=NOW)
    policy = issuing.issue_renewal(actor=clerk, renewal_id=renewal.pk, version=None, paid=issuing.Paid(TODAY), now=NOW)

    assert (quote.premium, quote.basis["grade"], quote.basis["tariff"]) == (122_400, -4, "2026-04-16")
    vehicle = Vehicle.objects.get(policy=policy)
    assert (vehicle.vin, vehicle.bonus_malus_bp) == ("LSVAA4182E2184847", 4_000)
    assert tariff_on(date(2026, 4, 15)) == (None, DEFAULT)


@pytest.mark.django_db
def test_calls_before_the_window_get_no_permit_and_those_inside_one(agent):
    product = make_product(name="机动车商业保险", kind="MOTOR", is_long_term=False)
    holder = make_customer(agent)
    early = opened(agent, holder=holder, product=product, ends=date(2026, 4, 26))
    ask = {"actor": agent, "customer_id": holder.pk, "purpose": "RENEWAL", "now": NOW}
    draft = working.ContactDraft("PHONE", "REACHED", "考虑报价")

    refused, by_text = permit(channel="PHONE", **ask), permit(channel="SMS", **ask)
    with pytest.raises(Refused) as refusal:
        working.record_contact(actor=agent, renewal_id=early.pk, version=None, draft=draft, now=NOW)

    assert isinstance(refused, Refusal)
    assert (refused.reason, refused.next_at.astimezone().date()) == ("too_early", date(2026, 3, 17))
    assert isinstance(by_text, Permit)
    assert refusal.value.code == "renewal.too_early"
    day = NOW + timedelta(days=1)
    # Another contract's open window is no reason to call about one whose own window lies ahead.
    later = opened(agent, holder=holder, product=product, ends=date(2026, 5, 6))
    with pytest.raises(Refused, match=r"renewal\.too_early"):
        working.record_contact(actor=agent, renewal_id=later.pk, version=None, draft=draft, now=day)
    renewal = working.record_contact(actor=agent, renewal_id=early.pk, version=None, draft=draft, now=day)
    assert (renewal.stage, renewal.contacts) == ("CONTACTED", 1)
    assert Permit.objects.filter(state="USED", purpose="RENEWAL", contact_channel="PHONE").count() == 1


@pytest.mark.django_db
def test_a_vehicle_that_is_sold_closes_both_covers_and_opens_no_other(agent):
    car = {"plate": "粤B12345", "vin": "LSVAA4182E2184847"}
    holder = make_customer(agent)
    one = opened(agent, kind="MOTOR", holder=holder, vehicle=car)
    two = opened(agent, kind="MOTOR", holder=holder, vehicle=car)

    working.lose(actor=agent, renewal_id=one.pk, version=None, reason="SOLD", note="", now=NOW)
    short(agent, kind="MOTOR", holder=holder, vehicle=car)

    two.refresh_from_db()
    assert (two.stage, two.reason) == ("LOST", "SOLD")
    assert pass_night(TODAY)["opened"] == 0
    line = rates(make_actor("management", unit=small_tree().head), "kind", ENDS, ENDS)[0]
    assert (line.expiring, line.excluded, line.rate) == (2, 2, None)


@pytest.mark.django_db
def test_a_customer_may_stop_renewal_at_any_time_and_only_the_customer_resumes_it(agent):
    policy = short(agent, ends=date(2026, 12, 31))

    renewal = working.stop_renewal(actor=agent, policy_id=policy.pk, how="PHONE", now=NOW)
    again = working.stop_renewal(actor=agent, policy_id=policy.pk, how="PHONE", now=NOW)

    assert (renewal.pk, renewal.stage, renewal.reason) == (again.pk, "LOST", "STOPPED")
    assert pass_night(date(2026, 12, 1))["opened"] == 0
    with pytest.raises(Refused, match="stopped"):
        working.reopen(actor=agent, renewal_id=renewal.pk, version=None, now=NOW)
    resumed = working.resume_renewal(actor=agent, renewal_id=renewal.pk, version=None, now=NOW)
    assert (resumed.stage, resumed.stopped_on, resumed.closed_at) == ("OPEN", None, None)
    with pytest.raises(Refused, match="not_short"):
        working.stop_renewal(actor=agent, policy_id=make_policy(agent).pk, how="PHONE", now=NOW)


@pytest.mark.django_db
def test_whoever_is_given_a_renewal_sees_its_holder_until_it_is_over(agent):
    renewal = opened(agent)
    client, other = client_of("agent", unit=small_tree().team_b)
    leader = make_actor("customer_resource_manager", unit=small_tree().east)
    detail = reverse("policies:renewal", args=[renewal.pk])
    assert client.get(detail).status_code == 404

    before = working.assign(actor=leader, renewal_ids=[renewal.pk], agent_id=other.scope.agent_id, now=NOW)

    assert client.get(detail).status_code == 200
    assert client.get(reverse("customers:customer", args=[renewal.holder_id])).status_code == 200
    working.undo_assign(actor=leader, before=before, now=NOW)
    assert client.get(detail).status_code == 404
    assert client.get(reverse("customers:customer", args=[renewal.holder_id])).status_code == 404


@pytest.mark.django_db
def test_reminders_go_out_once_a_day_under_a_permit(agent):
    ship_templates(NOW)
    renewal = opened(agent, holder=make_customer(agent, phone="13800138000"))
    sender = make_actor("customer_resource_manager", unit=small_tree().east)

    first = working.remind(actor=sender, renewal_ids=[renewal.pk], now=NOW)
    again = working.remind(actor=sender, renewal_ids=[renewal.pk], now=NOW)

    assert first == again == (1, 0)
    assert Permit.objects.filter(purpose="RENEWAL", contact_channel="SMS").count() == 1


@pytest.mark.django_db
def test_windows_are_set_by_head_office_and_bounded(agent):
    head = make_actor("management", unit=small_tree().head)
    settings.save_window(actor=head, kind="MOTOR", window=Window(90, 45, 30, 10, 5), version=0, now=NOW)
    renewal = opened(agent, kind="MOTOR")

    assert (renewal.quotes_from, renewal.calls_from, renewal.lapses_on) == (
        date(2026, 3, 1), date(2026, 3, 16), date(2026, 4, 25),
    )  # fmt: skip
    with pytest.raises(Conflict):
        settings.save_window(actor=head, kind="MOTOR", window=Window(), version=0, now=NOW)
    with pytest.raises(Invalid):
        settings.save_window(actor=head, kind="MOTOR", window=Window(calls=41), version=1, now=NOW)
    for day, code in ((TODAY - timedelta(days=1), "in_past"),):
        with pytest.raises(Refused, match=code):
            settings.add_tariff(actor=head, valid_from=day, tariff=DEFAULT, note="", now=NOW)


@pytest.mark.django_db
def test_out_of_reach_is_not_found(agent):
    renewal = opened(agent)
    stranger = make_actor("agent", unit=small_tree().team_b)

    with pytest.raises(NotFound):
        working.lose(actor=stranger, renewal_id=renewal.pk, version=None, reason="PRICE", note="", now=NOW)


@pytest.mark.django_db
def test_the_journey_in_the_browser_from_quote_to_acceptance_and_the_rate_as_a_file():
    client, agent = client_of("agent")
    renewal = opened(agent, now=clock.now(), ends=clock.today() + timedelta(days=20))
    pages = {name: reverse(f"policies:{name}", args=[renewal.pk]) for name in ("renewal", "renewal-quote")}
    first = client.get(pages["renewal-quote"])
    typed = {"version": 1, "product": renewal.product_id, "sum_0": "2000000", "valid_days": "10", "note": ""}
    typed["idempotency"] = "t"
    wrong = client.post(pages["renewal-quote"], {**typed, "premium": "", "note": "保证续保"})
    right = [client.post(pages["renewal-quote"], {**typed, "premium": "950"}).status_code for _ in range(2)]
    accept = reverse("policies:renewal-accept", args=[renewal.pk, 1])
    client.post(accept, {"version": 2})

    renewal.refresh_from_db()
    assert (first.status_code, wrong.status_code, "2000000" in wrong.content.decode()) == (200, 422, True)
    assert (right, RenewalQuote.objects.count(), renewal.stage) == ([302, 302], 1, "ACCEPTED")
    assert client.get(pages["renewal"]).status_code == client.get(reverse("policies:renewals")).status_code == 200
    leader, _actor = client_of("management", unit=small_tree().head)
    rate = leader.get(reverse("policies:renewal-rates") + "?by=kind&format=csv&to=2199-12-31&from=2199-01-01")
    assert (rate.status_code, rate.content[:3]) == (200, b"\xef\xbb\xbf")
    assert client.get(reverse("policies:renewal-windows")).status_code == 403
    window = reverse("policies:renewal-window", args=["MOTOR"])
    days = {"version": 0, "opens": 60, "quotes": 60, "lapses": 30, "validity": 7}
    assert [leader.post(window, {**days, "calls": calls}).status_code for calls in (41, 40)] == [422, 302]
    assert leader.get(reverse("policies:renewal-windows")).status_code == 200
    assert leader.get(reverse("policies:tariff-create")).status_code == 200


SMALL = (
    "renewal_sec", "renewal_team", "renewal_agent", "renewal_no_tail", "renewal_sb_exp", "renewal_sb_prem", "ship_sec",
    "ship_team", "ship_agent", "ship_sb_made", "_holder_id_", "_customer_id_",
)  # fmt: skip
RENEWALS = {
    "q": "204817", "stage": ("QUOTED",), "kind": ("MOTOR",), "expires": ("today", "today+7"),
    "calls": ("", "today"), "channel": ("TELESALES",), "product": "1", "reason": ("PRICE",), "premium": ("1000", ""),
    "branch": "1", "sub_branch": "1", "team": "1", "agent": "1",
}  # fmt: skip
SHIPMENTS = {
    "q": "SH0000000001", "state": ("SENT",), "carrier": ("EMS",), "receipt": True, "made": ("today-30", "today"),
}  # fmt: skip


@pytest.mark.sqlite_only
@pytest.mark.django_db
@pytest.mark.parametrize("role, more", [
    ("agent", {}),
    ("policy_clerk", {"unit": "east"}),
    ("policy_clerk", {"unit": "east_city"}),
    ("management", {"unit": "head"}),
])  # fmt: skip
def test_every_order_and_filter_of_both_lists_uses_an_index(role, more):
    actor = make_actor(role, **{key: getattr(small_tree(), value) for key, value in more.items()})
    context = FilterContext(actor, TODAY)

    for key, values in (("renewals", RENEWALS), ("shipments", SHIPMENTS)):
        assert_list_uses_indexes(lists[key], actor, context, values, small=SMALL)
