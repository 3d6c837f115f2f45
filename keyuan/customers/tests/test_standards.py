"""Service standards: tiers, memberships, entitlements, exceptions by two people, uses (CUS-14; domain.md §I.1–I.2)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyuan.customers.extensions import Worth
from keyuan.customers.models import CustomerSummary, EntitlementUse, HouseholdMember, Membership, TierChange
from keyuan.customers.rules.standards import BASE, Cell, Rated, Star, Tier, as_json, check, from_json, rate, term_of
from keyuan.customers.selectors import standards as selectors
from keyuan.customers.services.households import create_household
from keyuan.customers.services.standards import editions, exceptions, nightly, rating, uses
from keyuan.customers.services.standards.defaults import DEFAULT, WAN, seed_standard
from keyuan.customers.testing import entering, make_customer
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models.tracked_job import TrackedJob

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 16)
SYSTEM = system_actor("test")
worth = {}


@pytest.fixture(autouse=True)
def worths(monkeypatch):
    """What customers are worth is told by the test."""
    worth.clear()
    monkeypatch.setattr(rating, "_weighed", lambda _standard, ids, _on: {pk: worth[pk] for pk in ids if pk in worth})


@pytest.fixture
def agent(agent_actor):
    seed_standard(date(2026, 1, 1), NOW)
    return agent_actor


@pytest.fixture
def manager():
    return make_actor("customer_resource_manager", unit=small_tree().head)


def valued(agent, vip, **more):
    customer = make_customer(agent, **more)
    CustomerSummary.objects.filter(pk=customer.pk).update(annual_premium=vip)
    worth[customer.pk] = Worth(vip)
    return customer


def work_off(job):
    while job.status in TrackedJob.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    assert job.status == "done", (job.error, job.error_trace)
    return job


def rate_on(day=TODAY):
    return work_off(nightly.start_rating(actor=SYSTEM, on=day, now=NOW)).result


@pytest.mark.parametrize("_case, figures, tier, stars", [
    ("nobody", {}, BASE, 0),
    ("gold", {"vip": 5 * WAN}, "GOLD", 0),
    ("not quite gold has three stars", {"vip": 5 * WAN - 1}, BASE, 3),
    ("one star", {"vip": 2 * WAN}, BASE, 1),
    ("platinum", {"vip": 10 * WAN}, "PLATINUM", 0),
    ("the highest", {"vip": 600 * WAN}, "BLACK", 0),
    ("stars by a single premium", {"single": 75 * WAN}, BASE, 2),
    ("stars by three years paid", {"three_years": 4 * WAN}, BASE, 3),
    ("lower threshold of the multi-channel line", {"vip": 2 * WAN, "channel": "BROKERAGE"}, "GOLD", 0),
])  # fmt: skip
def test_the_tier_of_a_worth(_case, figures, tier, stars):
    values = {"vip": 0, "single": 0, "three_years": 0, "channel": "INDIVIDUAL"} | figures

    assert rate(DEFAULT, **values) == Rated(tier, stars)


@pytest.mark.parametrize("years, single, term", [
    (None, True, "SINGLE"), (None, False, "SHORT"), (3, False, "SHORT"), (5, False, "MIDDLE"), (10, False, "LONG"),
])  # fmt: skip
def test_terms_of_payment_have_their_factor(years, single, term):
    assert term_of(years, is_single=single) == term


def test_an_edition_survives_the_record():
    assert from_json(as_json(DEFAULT)) == DEFAULT
    assert check(DEFAULT) is DEFAULT
    assert DEFAULT.floor == 2 * WAN


@pytest.mark.parametrize("_case, change, field", [
    ("thresholds must rise", {"tiers": (Tier(BASE, 0), Tier("GOLD", 5), Tier("PLATINUM", 5))}, "threshold-PLATINUM"),
    ("the base tier stays", {"tiers": (Tier("GOLD", 5), Tier("PLATINUM", 6))}, "tiers"),
    ("stars lie below the first tier", {"stars": (Star(5 * WAN, 0, 0),)}, "star-1"),
    ("a factor is missing", {"factors": {"SINGLE": 1, "SHORT": 1, "MIDDLE": 1}}, "factor-LONG"),
    ("a membership of no length", {"months": 0}, "months"),
    ("a quota of nothing", {"items": (replace(DEFAULT.items[0], cells={"GOLD": Cell("x", 0)}),)}, "cell-LINE-GOLD"),
    ("a service without words", {"items": (replace(DEFAULT.items[0], cells={"GOLD": Cell(" ")}),)}, "cell-LINE-GOLD"),
])  # fmt: skip
def test_senseless_editions_are_refused_by_field(_case, change, field):
    with pytest.raises(Invalid) as refused:
        check(replace(DEFAULT, **change))

    assert field in [error.field for error in refused.value.errors]


def test_a_customer_rises_at_once_and_the_step_is_kept(agent):
    customer = valued(agent, 12 * WAN)
    valued(agent, 1 * WAN)

    result = rate_on()

    row = Membership.objects.get()
    assert (row.customer_id, row.tier, row.until) == (customer.pk, "PLATINUM", date(2027, 3, 15))
    assert CustomerSummary.objects.get(pk=customer.pk).tier == "PLATINUM"
    step = TierChange.objects.get()
    assert (step.from_tier, step.to_tier, step.reason, step.vip_premium) == (BASE, "PLATINUM", "UPGRADED", 12 * WAN)
    assert result["steps"] == {"UPGRADED": 1}


def test_a_night_again_makes_no_step_again(agent):
    valued(agent, 12 * WAN)
    rate_on()

    assert rate_on()["steps"] == {}
    assert TierChange.objects.count() == 1


def test_a_customer_falls_only_when_the_membership_ends(agent):
    customer = valued(agent, 12 * WAN)
    rate_on()
    worth[customer.pk] = Worth(6 * WAN)

    rate_on(date(2027, 3, 15))
    kept = Membership.objects.get().tier
    rate_on(date(2027, 3, 16))

    row = Membership.objects.get()
    assert (kept, row.tier, row.reason, row.until) == ("PLATINUM", "GOLD", "DOWNGRADED", date(2028, 3, 15))
    assert CustomerSummary.objects.get(pk=customer.pk).tier == "GOLD"
    assert selectors.tier_as_of(customer.pk, date(2027, 3, 15)) == "PLATINUM"
    assert selectors.tier_as_of(customer.pk, date(2027, 3, 16)) == "GOLD"
    assert selectors.tier_as_of(customer.pk, date(2026, 3, 15)) == ""


def test_the_same_tier_is_renewed_and_near_vips_have_stars(agent):
    gold, near = valued(agent, 6 * WAN), valued(agent, 3 * WAN)
    rate_on()

    rate_on(date(2027, 3, 16))

    assert TierChange.objects.filter(customer=gold).order_by("-pk")[0].reason == "RENEWED"
    assert (Membership.objects.get(customer=near).tier, Membership.objects.get(customer=near).stars) == (BASE, 2)


def test_households_count_together_where_the_edition_says_so(agent):
    one, other = valued(agent, 3 * WAN), valued(agent, 3 * WAN)
    household = create_household(actor=entering(agent), head_id=one.pk, now=NOW)
    HouseholdMember.objects.create(household=household, customer=other, role="02", joined_on=TODAY)
    pooled = rating.Edition(9, replace(DEFAULT, is_pooled=True))

    ids = rating.candidates(pooled.standard, 0, other.pk)
    rating.rate_chunk(pooled, ids, TODAY, NOW)

    rows = Membership.objects.values_list("tier", "vip_premium", "is_pooled")
    assert list(rows) == [("GOLD", 6 * WAN, True)] * 2


def test_a_night_costs_the_same_number_of_queries_however_many_are_rated(agent):
    edition = rating.Edition(1, DEFAULT)
    few = [valued(agent, 6 * WAN).pk for _number in range(2)]
    many = [valued(agent, 6 * WAN).pk for _number in range(6)]
    with CaptureQueriesContext(connection) as first:
        rating.rate_chunk(edition, few, TODAY, NOW)

    with CaptureQueriesContext(connection) as second:
        rating.rate_chunk(edition, many, TODAY, NOW)

    assert len(second) == len(first)


def test_queues_read_what_customers_have_of_an_item(agent):
    gold, base = valued(agent, 6 * WAN), valued(agent, 0)
    rate_on()

    found = selectors.entitlement([gold.pk, base.pk], "TRAVEL", on=TODAY)
    claims = selectors.entitlement([gold.pk, base.pk], "CLAIM", on=TODAY)

    assert {pk: (entry.quota, entry.left, entry.by) for pk, entry in found.items()} == {gold.pk: (2, 2, "GOLD")}
    assert (claims[gold.pk].response_minutes, claims[base.pk].response_minutes) == (3 * 1440, 5 * 1440)


def ask(actor, customer, **more):
    values = {
        "item": "UW_TRUST", "service": "家族信托核保通道", "reason": "拟设立家族信托", "valid_from": TODAY,
        "valid_until": TODAY + timedelta(days=90), "response_minutes": 480,
    } | more  # fmt: skip
    draft = exceptions.ExceptionDraft(**values)
    return exceptions.ask_exception(actor=actor, customer_id=customer.pk, draft=draft, now=NOW)


def decide(actor, row, act="approve", note=""):
    return exceptions.decide_exception(actor=actor, exception_id=row.pk, act=act, note=note, now=NOW)


def test_an_exception_is_decided_by_another_person_and_goes_before_the_tier(agent, manager):
    customer = valued(agent, 6 * WAN)
    row = ask(manager, customer)
    with pytest.raises(Refused) as refused:
        decide(manager, row)

    decide(make_actor("customer_resource_manager", unit=small_tree().head), row)

    entry = selectors.entitlement([customer.pk], "UW_TRUST", on=TODAY)[customer.pk]
    assert refused.value.code == "second_person.same_person"
    assert (entry.by, entry.response_minutes, entry.until) == ("EXCEPTION", 480, TODAY + timedelta(days=90))
    assert selectors.entitlement([customer.pk], "UW_TRUST", on=TODAY + timedelta(days=91)) == {}


def test_an_exception_is_over_after_its_day_and_cannot_be_decided_twice(agent, manager):
    row = ask(agent, valued(agent, 0))
    decide(manager, row)
    with pytest.raises(Conflict):
        decide(manager, row)

    nightly.expire_exceptions(TODAY + timedelta(days=91))

    row.refresh_from_db()
    assert row.status == "EXPIRED"


@pytest.mark.parametrize("_case, change, field", [
    ("an item of nobody", {"item": "MOON"}, "item"),
    ("no words", {"service": " "}, "service"),
    ("no reason", {"reason": ""}, "reason"),
    ("over before it begins", {"valid_until": TODAY - timedelta(days=1)}, "valid_until"),
    ("for ever", {"valid_until": TODAY + timedelta(days=500)}, "valid_until"),
    ("a quota of nothing", {"quota": 0}, "quota"),
])  # fmt: skip
def test_senseless_requests_are_refused_by_field(_case, change, field, agent):
    with pytest.raises(Invalid) as refused:
        ask(agent, valued(agent, 0), **change)

    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.parametrize("act, code", [("refuse", "exception.note_missing"), ("jump", "second_person.no_such_act")])
def test_refusing_asks_for_the_reason_and_unknown_acts_are_refused(act, code, agent, manager):
    row = ask(agent, valued(agent, 0))

    with pytest.raises(Refused) as refused:
        decide(manager, row, act)

    assert refused.value.code == code


def test_the_same_is_not_asked_twice_and_agents_decide_nothing(agent):
    customer = valued(agent, 0)
    row = ask(agent, customer)

    with pytest.raises(Refused):
        ask(agent, customer)
    with pytest.raises(Forbidden):
        decide(agent, row)


def use(agent, customer, token="", item="TRAVEL"):
    return uses.use_entitlement(
        actor=agent, customer_id=customer.pk, item=item, on=TODAY, note="", token=token, now=NOW
    )


def test_a_quota_is_used_up_and_a_use_taken_back(agent):
    customer = valued(agent, 6 * WAN)
    rate_on()
    first = use(agent, customer, "a")
    assert use(agent, customer, "a") == first
    use(agent, customer, "b")

    with pytest.raises(Refused) as refused:
        use(agent, customer, "c")
    uses.take_back_use(actor=agent, customer_id=customer.pk, use_id=first.pk, now=NOW)

    assert refused.value.code == "entitlement.used_up"
    assert use(agent, customer, "d").pk
    assert EntitlementUse.objects.filter(undone_at__isnull=True).count() == 2


def test_what_a_customer_does_not_have_is_not_used(agent):
    with pytest.raises(Refused) as refused:
        use(agent, valued(agent, 0))

    assert refused.value.code == "entitlement.nothing"


def test_an_edition_is_drafted_previewed_and_issued_and_then_stands(agent, manager):
    valued(agent, 3 * WAN)
    draft = editions.draft_edition(actor=manager, today=TODAY, now=NOW)
    lower = replace(DEFAULT, tiers=(DEFAULT.tiers[0], Tier("GOLD", 3 * WAN), *DEFAULT.tiers[2:]), stars=())
    saved = editions.save_edition(actor=manager, number=draft.number, version=1, standard=lower, now=NOW)
    other = make_actor("management", unit=small_tree().head)
    issue = {"actor": other, "number": 2, "version": saved.version, "valid_from": TODAY, "today": TODAY, "now": NOW}
    with pytest.raises(Refused) as early:
        editions.issue_edition(**issue, reason="降低门槛")
    with pytest.raises(Refused) as own:
        editions.issue_edition(**{**issue, "actor": manager}, reason="降低门槛")

    work_off(editions.preview_edition(actor=manager, number=2))
    draft.refresh_from_db()
    editions.issue_edition(**issue, reason="降低门槛")
    rate_on()

    assert (early.value.code, own.value.code) == ("standard.not_previewed", "standard.same_person")
    assert draft.preview["moves"] == {"NORMAL>GOLD": 1}
    assert Membership.objects.get().standard_no == 2
    with pytest.raises(Refused):
        editions.save_edition(actor=manager, number=2, version=saved.version, standard=DEFAULT, now=NOW)
    assert selectors.standard_row(date(2026, 2, 1)).number == 1


def test_two_people_do_not_overwrite_a_draft_and_agents_write_none(agent, manager):
    draft = editions.draft_edition(actor=manager, today=TODAY, now=NOW)
    assert editions.draft_edition(actor=manager, today=TODAY, now=NOW) == draft
    editions.save_edition(actor=manager, number=2, version=1, standard=replace(DEFAULT, months=24), now=NOW)

    with pytest.raises(Conflict):
        editions.save_edition(actor=manager, number=2, version=1, standard=DEFAULT, now=NOW)
    with pytest.raises(Forbidden):
        editions.draft_edition(actor=agent, today=TODAY, now=NOW)
