"""Asking, working out and keeping protection gaps: once, in scope, with consent, by edition (ANA-8, CUS-8, PLT-8)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from keyuan.analytics.models import GapNeed, GapResult, GapSheet
from keyuan.analytics.selectors.gap import edition_on
from keyuan.analytics.selectors.gap.cover import cover_of
from keyuan.analytics.selectors.gap.known import standing_of
from keyuan.analytics.selectors.gap.stages import stage_figures
from keyuan.analytics.services.following import follow_places
from keyuan.analytics.services.gap.answering import save_answers
from keyuan.analytics.services.gap.editions import issue_assumptions
from keyuan.analytics.services.gap.following import collect, erase, settle_latest
from keyuan.analytics.services.gap.labelling import put_need_tags
from keyuan.analytics.services.gap.working import work_out_gaps
from keyuan.analytics.views.gap.shown import amount
from keyuan.customers.models import CustomerSummary, CustomerTag, OtherCover, Tag
from keyuan.customers.selectors import access_customer
from keyuan.customers.testing import entering, make_customer
from keyuan.kernel.actor import FieldLevel, system_actor
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.models.audit_event import AuditEvent
from keyuan.policies.rules.gap.assumptions import Assumptions
from keyuan.policies.rules.gap.questions import QUESTIONS
from keyuan.policies.testing import make_policy, make_product
from keyuan.products.models import ProductBenefit
from keyuan.products.rules.pricing import RateKey
from keyuan.products.rules.rate_checks import RateLine
from keyuan.products.services.rates import RateDraft, keep_table, release_table

pytestmark = pytest.mark.django_db
YUAN = 100
TOLD = {
    "partner": "YES", "children": [clock.today().year - 5], "income": 300_000 * YUAN, "spouse_income": 0,
    "occupation_class": "1", "social_insurance": "YES", "expenses": 200_000 * YUAN, "mortgage": 800_000 * YUAN,
    "debts": 0, "assets": 100_000 * YUAN, "budget": 20_000 * YUAN,
}  # fmt: skip


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def customer(agent):
    return make_customer(agent, "周国栋", sex="1", birth_on=clock.today() - timedelta(days=366 * 35))


def rest(**values):
    """Every question, answered or expressly not."""
    return {question.key: None for question in QUESTIONS if question.key not in ("birth_year", "sex")} | TOLD | values


def answered(actor, customer, **values):
    version = getattr(GapSheet.objects.filter(customer=customer).first(), "version", 0)
    return save_answers(
        actor=actor, customer_id=customer.pk, values=rest(**values), told=True, version=version, now=clock.now()
    )


def worked_out(actor, customer, token="", **values):
    answered(actor, customer, **values)
    return work_out_gaps(actor=actor, customer_id=customer.pk, token=token, now=clock.now())


def test_a_step_is_kept_once_and_a_second_editor_is_told(agent, customer):
    now = clock.now()
    more = {"actor": agent, "customer_id": customer.pk, "told": True, "now": now}
    first = save_answers(values={"income": 100}, version=0, **more)
    again = save_answers(values={"income": 100}, version=0, **more)
    with pytest.raises(Conflict):
        save_answers(values={"income": 200}, version=0, **more)
    save_answers(values={"debts": 5}, version=1, **more)

    sheet = GapSheet.objects.get()
    assert (first.pk, again.version, sheet.version) == (sheet.pk, 1, 2)
    assert {key: one["v"] for key, one in sheet.answers.items()} == {"income": 100, "debts": 5}
    # The trail tells which questions, never the answers.
    details = AuditEvent.objects.filter(subject_kind="gap_sheet").values_list("detail", flat=True)
    assert sorted(details) == ['{"questions":["debts"],"told":true}', '{"questions":["income"],"told":true}']


def test_means_are_kept_only_where_the_customer_was_told(agent, customer):
    save = {"actor": agent, "customer_id": customer.pk, "version": 0, "now": clock.now()}
    with pytest.raises(Refused) as untold:
        save_answers(values={"income": 100}, told=False, **save)
    save_answers(values={"partner": "NO"}, told=False, **save)
    with pytest.raises(Refused) as early:
        work_out_gaps(actor=agent, customer_id=customer.pk, token="", now=clock.now())

    assert (untold.value.code, untold.value.field, early.value.code) == ("gap.not_told", "told", "gap.not_told")


def test_wrong_answers_strangers_and_organisations_are_refused(agent, customer):
    save = {"told": True, "version": 0, "now": clock.now()}
    with pytest.raises(Invalid) as wrong:
        save_answers(actor=agent, customer_id=customer.pk, values={"income": -1, "sex": "9"}, **save)
    with pytest.raises(NotFound):
        save_answers(actor=make_actor("agent", unit=small_tree().west), customer_id=customer.pk, values={}, **save)
    with pytest.raises(Forbidden):
        save_answers(actor=make_actor("management"), customer_id=customer.pk, values={}, **save)
    company = make_customer(agent, "某公司", kind="O")
    with pytest.raises(Refused) as organisation:
        save_answers(actor=agent, customer_id=company.pk, values={}, **save)

    assert [(error.code, error.field) for error in wrong.value.errors] == [
        ("gap.out_of_range", "income"), ("gap.no_such_choice", "sex"),
    ]  # fmt: skip
    assert organisation.value.code == "gap.no_person"
    assert not GapSheet.objects.exists()


def test_what_the_archive_knows_is_not_asked(agent):
    known = make_customer(
        agent, "王敏", sex="2", birth_on=clock.today() - timedelta(days=366 * 30), marriage="20", income=100,
        occupation_class="2",
    )  # fmt: skip
    OtherCover.objects.create(customer=known, insurer="他司", kind="LIFE", sum_insured=700, created_at=clock.now())
    type(known).objects.filter(pk=known.pk).update(updated_at=clock.now())
    open_keys = {one.key for one in standing_of(agent, _fresh(agent, known), now=clock.now()).open}
    save_answers(actor=agent, customer_id=known.pk, values={}, told=True, version=0, now=clock.now())
    told_keys = {one.key for one in standing_of(agent, _fresh(agent, known), now=clock.now()).open}
    later = standing_of(agent, _fresh(agent, known), now=clock.now() + timedelta(days=400))

    assert not {"birth_year", "sex", "partner", "occupation_class"} & open_keys
    # What the archive holds about money is used only once the customer was told.
    assert {"income", "life_elsewhere"} <= open_keys
    assert not {"income", "life_elsewhere"} & told_keys
    assert not later.may_use_means
    assert {"partner", "occupation_class"} <= {one.key for one in later.open}


def _fresh(actor, customer):
    return access_customer(actor, customer.pk, now=clock.now())


def test_cover_counts_by_benefit_for_whoever_is_insured(agent, customer):
    life = make_product(kind="LIFE")
    ProductBenefit.objects.create(product=life, code="DEATH", name="身故", amount_bp=10_000)
    illness = make_product(kind="CRITICAL_ILLNESS")
    ProductBenefit.objects.create(product=illness, code="CI", name="重疾", amount_bp=10_000)
    ProductBenefit.objects.create(product=illness, code="DEATH", name="身故", amount_bp=5_000)
    accident = make_product(kind="ACCIDENT")
    ProductBenefit.objects.create(product=accident, code="INJURY", name="伤残", amount_bp=10_000)
    ProductBenefit.objects.create(product=accident, code="DEATH", name="身故", amount_bp=10_000)
    plain = make_product(kind="MEDICAL")
    for product in (life, illness, accident, plain):
        make_policy(agent, customer, product=product, sum_insured=1_000)

    assert cover_of([customer.pk])[customer.pk] == {
        "DEATH": 1_500, "CRITICAL_ILLNESS": 1_000, "ACCIDENT": 1_000, "MEDICAL": 1_000,
    }  # fmt: skip


def test_a_result_is_kept_once_and_the_one_before_stays(agent, customer):
    answered(agent, customer)
    work = {"actor": agent, "customer_id": customer.pk, "now": clock.now()}
    first, again = work_out_gaps(token="a", **work), work_out_gaps(token="a", **work)
    second = work_out_gaps(token="b", **work)

    first.refresh_from_db()
    kinds = list(GapNeed.objects.filter(result=second).order_by("position").values_list("kind", flat=True))
    assert (again.pk, GapResult.objects.count()) == (first.pk, 2)
    assert (first.is_latest, second.is_latest) == (False, True)
    assert kinds == ["MEDICAL", "ACCIDENT", "DEATH", "CRITICAL_ILLNESS", "PENSION", "MORTGAGE", "EDUCATION"]
    assert (second.life_stage, second.edition, second.first_kind) == ("YOUNG_FAMILY", 0, "MEDICAL")
    assert second.servicing_agent_id == agent.scope.agent_id
    assert second.purchases[0] == {"kind": "MEDICAL", "state": "NO_PRODUCT"}
    assert second.total_gap == sum(need.gap for need in second.needs.all() if not need.within)


def test_open_questions_keep_it_from_being_worked_out(agent, customer):
    save_answers(
        actor=agent, customer_id=customer.pk, values={"income": 1}, told=True, version=0, now=clock.now()
    )  # fmt: skip
    with pytest.raises(Refused) as error:
        work_out_gaps(actor=agent, customer_id=customer.pk, token="", now=clock.now())

    assert error.value.code == "gap.open_questions"


def test_the_budget_buys_by_the_released_rates(agent, customer):
    product = make_product(
        kind="ACCIDENT", need_tags=["ACCIDENT"], pay_modes=["05"], issue_age_min=16, issue_age_max=65, name="畅行意外"
    )
    ProductBenefit.objects.create(product=product, code="INJURY", name="伤残", amount_bp=10_000)
    lines = [RateLine(age, RateKey(age=age), 1_000_000) for age in range(16, 66)]
    table = keep_table(
        system_actor("a"), product, RateDraft("2026 版", clock.today() - timedelta(days=1)), lines, ["age"], clock.now()
    )
    release_table(actor=system_actor("b"), table_id=table.pk, version=1, now=clock.now())

    rows = {row["kind"]: row for row in worked_out(agent, customer).purchases}
    # One yuan for each thousand: three million cost 3,000 of the 20,000 yuan.
    assert (rows["ACCIDENT"]["state"], rows["ACCIDENT"]["product_id"]) == ("WHOLE", product.pk)
    assert (rows["ACCIDENT"]["sum_insured"], rows["ACCIDENT"]["yearly"]) == (3_000_000 * YUAN, 3_000 * YUAN)


def test_editions_hold_from_their_day_and_results_keep_theirs(customer, agent):
    analyst, today = make_actor("analyst"), timezone.localdate(clock.now())
    values = replace(Assumptions(), illness_years=5)
    issue = {"actor": analyst, "values": values, "reason": "精算复核", "now": clock.now()}
    old = worked_out(agent, customer, token="old")
    made = issue_assumptions(valid_from=today, after=0, **issue)
    with pytest.raises(Conflict):
        issue_assumptions(valid_from=today, after=0, **issue)
    with pytest.raises(Refused) as same:
        issue_assumptions(valid_from=today, after=1, **issue)
    with pytest.raises(Refused) as past:
        issue_assumptions(valid_from=today - timedelta(days=1), after=1, **issue | {"values": Assumptions()})
    new = work_out_gaps(actor=agent, customer_id=customer.pk, token="new", now=clock.now())

    illness = {need.result_id: need.need for need in GapNeed.objects.filter(kind="CRITICAL_ILLNESS")}
    assert (same.value.code, past.value.code) == ("gap.same_values", "gap.past")
    assert edition_on(today) == (made.number, values)
    assert (old.edition, new.edition) == (0, 1)
    assert (illness[old.pk], illness[new.pk]) == (1_200_000 * YUAN, 1_500_000 * YUAN)


def test_need_labels_go_onto_the_customer_once(agent, customer):
    Tag.objects.create(code="NEED_HEALTH", name="健康保障需求", family="NEED")
    result = worked_out(agent, customer)
    put = {"actor": agent, "result_id": result.pk, "today": clock.today(), "now": clock.now()}

    assert [put_need_tags(**put), put_need_tags(**put)] == [["健康保障需求"]] * 2
    assert CustomerTag.objects.filter(customer=customer).count() == 1


def test_figures_by_stage_stay_within_the_viewers_reach(agent, customer):
    result = worked_out(agent, customer)
    worked_out(agent, customer)
    own = stage_figures(agent, now=clock.now())
    other = stage_figures(make_actor("agent", unit=small_tree().west), now=clock.now())

    assert other == []
    assert [(row.stage, row.customers, row.average) for row in own] == [("YOUNG_FAMILY", 1, result.total_gap)]
    assert own[0].kinds["MEDICAL"].average == 2_000_000 * YUAN
    assert own[0].kinds["MEDICAL"].covered_bp == 0


def test_results_follow_a_hand_over_and_a_merge(agent, customer):
    first, second = worked_out(agent, customer, token="1"), worked_out(agent, customer, token="2")
    west = small_tree().west
    CustomerSummary.objects.filter(pk=customer.pk).update(branch_id=west.pk, servicing_agent_id=None)
    moved = [follow_places([customer.pk]), follow_places([customer.pk])]
    GapResult.objects.filter(pk=first.pk).update(is_latest=True)
    settle_latest([customer.pk], clock.now())

    assert moved == [2, 0]
    assert set(GapResult.objects.values_list("branch_id", "servicing_agent_id")) == {(west.pk, None)}
    assert list(GapResult.objects.filter(is_latest=True).values_list("pk", flat=True)) == [second.pk]


def test_a_copy_tells_everything_and_erasing_takes_it_out(agent, customer):
    worked_out(agent, customer)
    copied = collect(customer.pk)
    erase(customer.pk, False, clock.now())

    assert {"question": "income", "answer": 300_000 * YUAN, "on": clock.today().isoformat()} in copied["gap_answers"]
    assert (len(copied["gap_results"]), len(copied["gap_needs"])) == (1, 7)
    assert (GapResult.objects.count(), GapSheet.objects.count(), GapNeed.objects.count()) == (0, 0, 0)


def test_outsourced_staff_read_no_amounts():
    actor = replace(entering(make_actor("agent")), field_levels={"income": FieldLevel.STRICT})

    assert amount(actor, 12_345_600) not in ("123,456", "123,456.00")
