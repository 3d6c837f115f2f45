"""The classification board, its cells, thresholds with preview and history, and the customer's panel (CUS-5)."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.customers.models import ClassChange, ClassRules, CustomerSummary
from keyuan.customers.rules.classification import Thresholds, decode, from_json
from keyuan.customers.rules.segments.language import read_condition
from keyuan.customers.selectors.classification.board import Move, board_of
from keyuan.customers.selectors.classification.history import standing_of
from keyuan.customers.selectors.classification.places import place_of
from keyuan.customers.selectors.segments import reading
from keyuan.customers.selectors.segments.live import members_among
from keyuan.customers.selectors.segments.vocabulary import whole_vocabulary
from keyuan.customers.services.classification.events import reclassify_now
from keyuan.customers.services.classification.rules import preview_rules, save_rules
from keyuan.customers.testing import NOW, make_customer
from keyuan.customers.tests.classification.test_keeping import run
from keyuan.kernel.actor import Reach, Scope, system_actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.organisation.models import Post
from keyuan.organisation.testing import make_actor, signed_in_client
from keyuan.platform.mart.testing import snapshot_here
from keyuan.platform.models import AuditEvent, TrackedJob

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
SYSTEM = system_actor("test")


def sign_in(actor):
    """A browser of ``actor``."""
    post = Post.objects.select_related("user").get(pk=actor.post_id)
    return signed_in_client(Client(), post.user, post)


@pytest.fixture(autouse=True)
def on_that_day(settings, tmp_path):
    """The book's present is that of the tests, and there is no snapshot."""
    settings.AS_OF, settings.VAR_DIR = TODAY.isoformat(), tmp_path


def holder(actor, bought, **facts):
    """A policyholder served by ``actor``, bought on a day."""
    customer = make_customer(actor)
    CustomerSummary.objects.filter(pk=customer.pk).update(is_policyholder=True, last_purchase_on=bought, **facts)
    reclassify_now([customer.pk], NOW)
    ClassChange.objects.filter(customer_id=customer.pk).delete()
    return customer.pk


@pytest.fixture
def moved():
    """Two customers of an agent, one of whom became half-dormant between two counted days; and their people."""
    manager, agent = make_actor("customer_resource_manager", reach=Reach.ALL), make_actor("agent")
    old = holder(agent, TODAY - timedelta(days=729))
    young = holder(agent, TODAY - timedelta(days=10))
    run()
    run(TODAY + timedelta(days=5))
    return manager, agent, old, young


def cells(actor, first=TODAY, last=TODAY + timedelta(days=5), unit=None):
    board = board_of(place_of(actor, unit), first, last)
    return {row.value: (row.before, row.moved_in, row.moved_out, row.rest, row.after) for row in board.rows["activity"]}


def test_the_board_shows_counts_of_two_days_and_the_movement_between(moved):
    expected = {
        "NONE": (0, 0, 0, 0, 0),
        "ACTIVE": (2, 0, 1, 0, 1),
        "HALF_DORMANT": (0, 1, 0, 0, 1),
        "DORMANT": (0, 0, 0, 0, 0),
    }

    assert cells(SYSTEM) == expected
    assert cells(moved[1]) == expected


def test_small_units_are_counted_from_their_customers_on_any_day(moved):
    team = moved[1].scope
    unit = Scope(Reach.UNIT, CustomerSummary.objects.get(pk=moved[2]).team_id, "team")

    assert team.reach is Reach.SELF
    found = cells(replace(SYSTEM, scope=unit), TODAY - timedelta(days=400), TODAY + timedelta(days=1))
    assert found["ACTIVE"] == (0, 0, 0, 2, 2)


def test_a_unit_out_of_reach_does_not_exist(moved):
    branch = Scope(Reach.UNIT, 999_999, "branch")

    with pytest.raises(NotFound):
        place_of(replace(SYSTEM, scope=branch), moved[0].unit_id or 1)


def test_the_page_names_every_axis_and_leads_to_customers_and_segments(moved):
    client = sign_in(moved[0])
    url = reverse("customers:classification")

    page = client.get(url, {"from": TODAY.isoformat(), "to": (TODAY + timedelta(days=5)).isoformat()})

    html = page.content.decode()
    assert page.status_code == 200
    assert all(f'id="axis-{axis}"' in html for axis in ("standing", "service", "activity", "touch", "mass_line"))
    assert "activity=HALF_DORMANT" in html
    assert f"{reverse('customers:segment-from-cell')}?activity=HALF_DORMANT" in html
    listed = client.get(reverse("customers:home"), {"view": "all", "activity": "HALF_DORMANT"}).content.decode()
    assert CustomerSummary.objects.get(pk=moved[2]).name in listed
    assert CustomerSummary.objects.get(pk=moved[3]).name not in listed


def test_nonsense_in_the_address_is_passed_over(moved):
    page = sign_in(moved[0]).get(
        reverse("customers:classification"), {"from": "x", "to": "9999-99-99", "axis": "<b>", "unit": "x"}
    )

    assert page.status_code == 200


def test_others_see_no_board(moved):
    client = sign_in(moved[1])

    assert client.get(reverse("customers:classification")).status_code == 403
    assert client.get(reverse("customers:class-rules")).status_code == 403


def test_thresholds_are_set_by_those_who_reach_the_whole_book(moved):
    client = sign_in(make_actor("customer_resource_manager"))

    assert client.get(reverse("customers:class-rules")).status_code == 403
    assert client.post(reverse("customers:class-rules"), form(active_months=30)).status_code == 403
    assert client.post(reverse("customers:classification-run")).status_code == 403
    assert reverse("customers:class-rules") not in client.get(reverse("customers:classification")).content.decode()


def form(number=0, **changes):
    """What the browser sends, the defaults with ``changes``."""
    order = ("MATURITY", "LAPSE", "CLAIM", "APPOINTMENT", "RENEWAL")
    places = dict(zip(("first", "second", "third", "fourth", "fifth"), order, strict=True))
    numbers = {
        "active_months": 24, "half_dormant_months": 60, "maturity_days": 90, "lapse_months": 24, "claim_days": 90,
        "appointment_days": 30, "renewal_days": 40, "near_vip_from": 20_000, "near_vip_below": 50_000,
        "mass_premium": 200,
    }  # fmt: skip
    return {**numbers, **places, "version": number, "reason": "半年一次的调整", **changes}


@pytest.mark.parametrize("has_snapshot", [False, True])
def test_the_preview_says_who_would_move_and_changes_nothing(moved, has_snapshot):
    """The same from the book itself and from the mart's snapshot."""
    CustomerSummary.objects.filter(pk=moved[2]).update(last_purchase_on=TODAY - timedelta(days=760))
    if has_snapshot:
        snapshot_here(NOW)

    found = preview_rules(actor=moved[0], thresholds=Thresholds(active_months=30), now=NOW)
    page = sign_in(moved[0]).post(reverse("customers:class-rules-preview"), form(active_months=30))

    assert (found.customers, found.moved) == (2, 1)
    assert found.moves == [Move("activity", "HALF_DORMANT", "ACTIVE", 1)]
    assert page.status_code == 200
    assert "半休眠" in page.content.decode()
    assert not ClassRules.objects.exists()
    assert not TrackedJob.objects.filter(status="queued").exists()


def test_new_thresholds_are_a_version_with_reason_and_start_a_run(moved):
    client = sign_in(moved[0])

    page = client.post(reverse("customers:class-rules"), form(active_months=30))

    assert page.status_code == 302
    version = ClassRules.objects.get()
    assert (version.number, version.reason) == (1, "半年一次的调整")
    assert from_json(version.content) == Thresholds(active_months=30)
    assert TrackedJob.objects.filter(kind="customers.classify", status="queued").count() == 1
    assert AuditEvent.objects.filter(subject_kind="class_rules").count() == 1
    assert "半年一次的调整" in client.get(reverse("customers:class-rules")).content.decode()


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"half_dormant_months": 24}, "half_dormant_months"),
        ({"second": "MATURITY"}, "touch_order"),
        ({"near_vip_below": 20_000}, "near_vip_below"),
        ({"active_months": "x"}, "active_months"),
        ({"reason": ""}, "reason"),
        ({}, None),
    ],
)
def test_what_makes_no_sense_is_named_and_kept(moved, changes, field):
    page = sign_in(moved[0]).post(reverse("customers:class-rules"), form(**changes))

    assert page.status_code == 422
    assert not ClassRules.objects.exists()
    assert "半年一次的调整" in page.content.decode() or field == "reason"


def test_two_who_edit_at_once_do_not_overwrite_each_other(moved):
    save_rules(actor=SYSTEM, number=0, thresholds=Thresholds(active_months=30), reason="甲", now=NOW)
    TrackedJob.objects.update(status="done")

    with pytest.raises(Conflict):
        save_rules(actor=SYSTEM, number=0, thresholds=Thresholds(active_months=36), reason="乙", now=NOW)
    with pytest.raises(Refused):
        save_rules(actor=SYSTEM, number=1, thresholds=Thresholds(active_months=30), reason="乙", now=NOW)

    assert ClassRules.objects.count() == 1


def test_what_was_typed_over_a_newer_version_is_saved_by_pressing_again(moved):
    save_rules(actor=SYSTEM, number=0, thresholds=Thresholds(active_months=30), reason="甲", now=NOW)
    TrackedJob.objects.update(status="done")
    client, url = sign_in(moved[0]), reverse("customers:class-rules")

    page = client.post(url, form(active_months=36))
    again = client.post(url, form(page.context["form"].data["version"], active_months=36))

    assert (page.status_code, again.status_code) == (422, 302)
    assert [row.number for row in ClassRules.objects.order_by("number")] == [1, 2]


def test_a_customer_stood_elsewhere_before(moved):
    old = moved[2]

    now = {one.axis: (one.value, one.since) for one in standing_of(old)}
    then = {one.axis: one.value for one in standing_of(old, TODAY)}

    assert now["activity"] == ("HALF_DORMANT", TODAY + timedelta(days=5))
    assert then["activity"] == "ACTIVE"
    assert standing_of(old, date(2020, 1, 1)) == []


def test_the_panel_shows_standing_history_and_another_day(moved):
    client = sign_in(moved[1])
    url = reverse("customers:classification-panel", args=[moved[2]])

    today, before, never = (
        client.get(url, query).content.decode() for query in ({}, {"on": TODAY}, {"on": "2020-01-01"})
    )

    assert "半休眠" in today
    assert (TODAY + timedelta(days=5)).isoformat() in today
    assert "半休眠" not in before.split("<details")[0]
    assert "<dl" not in never
    assert sign_in(make_actor("agent")).get(url).status_code == 404


def test_a_run_can_be_started_by_hand_but_not_twice(moved):
    client = sign_in(moved[0])

    first = client.post(reverse("customers:classification-run"))
    second = client.post(reverse("customers:classification-run"))

    assert (first.status_code, second.status_code) == (302, 302)
    assert TrackedJob.objects.filter(kind="customers.classify", status="queued").count() == 1


def listed_on(page):
    """The customers that a list page shows."""
    return {int(key) for key in re.findall(r'<a href="/customers/(\d+)/" data-open', page.content.decode())}


@pytest.mark.parametrize("narrowed", [False, True])
def test_every_cell_with_customers_opens_as_their_list_and_as_a_segment(moved, narrowed):
    manager, agent, old, young = moved
    make_customer(agent, phone="")
    reclassify_now(list(CustomerSummary.objects.values_list("pk", flat=True)), NOW)
    branch = CustomerSummary.objects.get(pk=old).branch_id
    client = sign_in(manager)
    page = client.get(reverse("customers:classification"), {"unit": branch} if narrowed else {})

    for card in page.context["cards"]:
        for cell in card.rows:
            wanted = {
                row.pk for row in CustomerSummary.objects.all() if decode(row.class_code)[card.axis] == cell.row.value
            }
            assert f"unit=2-{branch}" in cell.url or not narrowed
            assert listed_on(client.get(cell.url)) == wanted, (card.axis, cell.row.value)
            condition = client.get(cell.segment_url).context["form"].initial["condition"]
            tests = reading.tests_of(read_condition(json.loads(condition), whole_vocabulary()), today=TODAY)
            assert set(members_among(tests, [old, young], actor=SYSTEM, now=NOW)) == wanted & {old, young}
