"""Protection gaps of the demo book: some hundreds of families asked in the last months, a few of them twice (ANA-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.apps import apps
from django.db import transaction

from keyuan.analytics.selectors.gap.cover import cover_of
from keyuan.analytics.selectors.gap.pricing import Prices
from keyuan.analytics.services.following import PLACE
from keyuan.analytics.services.gap.working import budget_of, first_of, need_row, purchase_row
from keyuan.kernel.codes import Marriage
from keyuan.kernel.dates import completed_years
from keyuan.policies.rules.gap.assumptions import Assumptions, as_json
from keyuan.policies.rules.gap.buying import spend
from keyuan.policies.rules.gap.needs import KINDS, Facts, total_gap, work_out
from keyuan.policies.rules.gap.questions import NO, QUESTIONS, YES, Answer, remarks
from keyuan.policies.rules.gap.stages import stage_of
from keyuan.policies.rules.gap.standing import facts_of
from keyuan.setup.demo.ground_rows import HOME_AGENT_NO
from keyuan.setup.demo.plan import Book

#: One family in so many, between these bounds; the home agent's own come first.
ONE_IN, FEWEST, MOST, OWN = 100, 24, 300, 20
ADULT, OLD, WAN = 22, 62, 1_000_000
PERSON = (
    "pk", "customer__birth_on", "customer__sex", "customer__marriage", "customer__income", "annual_premium", *PLACE,
)  # fmt: skip
MARRIED = Marriage.MARRIED.value


def open_gaps(book: Book, now: datetime) -> None:
    """Keep answers and results of some families, worked out by the rules as the pages do it."""
    draws = Random(book.seed)
    people = _people(min(MOST, max(FEWEST, book.customers // ONE_IN)))
    covers = cover_of([row[0] for row in people])
    kept = [_worked(row, covers[row[0]], book.as_of, now, draws) for row in people]
    with transaction.atomic():
        _model("GapSheet").bulk_create([sheet for sheet, _results in kept])
        rows = [one for _sheet, results in kept for one in results]
        _model("GapResult").bulk_create([result for result, _needs in rows])
        _model("GapNeed").bulk_create(
            [_model("GapNeed").model(result=result, **need) for result, needs in rows for need in needs], 2_000
        )


def _model(name: str) -> Any:
    return apps.get_model(f"analytics.{name}")._default_manager


def _people(count: int) -> list[tuple[Any, ...]]:
    """Return the home agent's customers first, then others spread over the book."""
    summaries = apps.get_model("customers.CustomerSummary")._default_manager.filter(
        customer__kind="P", customer__status="ACTIVE", customer__birth_on__isnull=False, customer__income__isnull=False
    )
    agents = apps.get_model("organisation.Agent")._default_manager.filter(agent_no=HOME_AGENT_NO)
    own = summaries.filter(servicing_agent_id__in=agents.values("pk")).order_by("pk").values_list(*PERSON)[:OWN]
    others = summaries.order_by("pk").values_list(*PERSON)[: count * 4 : 4]
    found = {row[0]: row for row in [*own, *others]}
    return list(found.values())[:count]


def _worked(
    row: Sequence[Any], cover: Mapping[str, int], today: date, now: datetime, draws: Random
) -> tuple[Any, list[tuple[Any, list[dict[str, Any]]]]]:
    """Return the answers of one person and one or two results, the newest last."""
    pk, birth_on, sex, marriage, income, premium, *place = row
    age = completed_years(birth_on, today)
    said = _answers(age, marriage == MARRIED, income, today, draws)
    asked = now - timedelta(days=draws.randint(0, 200))
    on = min(today, asked.date())
    sheet = _model("GapSheet").model(
        customer_id=pk, answers={key: {"v": value, "on": on.isoformat()} for key, value in said.items()},
        told_on=on, updated_at=asked, updated_by_name="周建国",
    )  # fmt: skip
    known = {key: Answer(value, on) for key, value in said.items()}
    known |= {"birth_year": Answer(birth_on.year, on), "sex": Answer(sex, on), "income": Answer(income, on)}
    facts = facts_of(known, cover, premium or 0, age, today)
    results = [_result(pk, facts, place, asked, remarks(known, {}, today), is_latest=True)]
    if draws.random() < 0.3:
        # A year ago less was known to be covered.
        before = replace(facts, cover={kind: amount // 2 for kind, amount in facts.cover.items()})
        results.insert(0, _result(pk, before, place, asked - timedelta(days=365), [], is_latest=False))
    return sheet, results


def _answers(age: int, married: bool, income: int, today: date, draws: Random) -> dict[str, Any]:
    has_family = married and ADULT < age < OLD
    said: dict[str, Any] = dict.fromkeys(question.key for question in QUESTIONS if question.private)
    children = [today.year - draws.randint(1, max(1, min(22, age - 23))) for _n in range(draws.randint(0, 2))]
    said |= {
        "partner": YES if married else NO,
        "children": sorted(children) if has_family else [],
        "spouse_income": draws.randint(0, 20) * WAN if married else None,
        "social_insurance": YES if draws.random() < 0.9 else NO,
        "occupation_class": str(draws.randint(1, 4)),
        "expenses": income * draws.randint(35, 75) // 100 // 10_000 * 10_000,
        "parents_support": draws.choice((0, 0, 600_000, 1_200_000)),
        "mortgage": draws.choice((0, 40, 80, 120, 180)) * WAN if has_family else 0,
        "debts": draws.choice((0, 0, 0, 5, 12)) * WAN,
        "assets": draws.randint(2, 60) * WAN,
        "pension_savings": draws.choice((0, 0, 10, 30)) * WAN,
        "life_elsewhere": draws.choice((0, 0, 0, 20, 50)) * WAN,
        "method": "SURVIVORS",
    }
    said.pop("income")
    return said


def _result(
    pk: int, facts: Facts, place: Sequence[Any], at: datetime, found: list[str], *, is_latest: bool
) -> tuple[Any, list[dict[str, Any]]]:
    assumed = Assumptions()
    needs, budget = work_out(facts, assumed), budget_of(facts, assumed)
    columns = dict(zip(PLACE, place, strict=True))
    gaps = ((need.kind, need.gap) for need in needs if need.kind in KINDS and not need.within)
    bought = spend(budget, gaps, Prices(facts, columns["servicing_agent_id"], at.date())) if is_latest else []
    result = _model("GapResult").model(
        customer_id=pk, made_at=at, made_by_name="周建国", is_latest=is_latest, life_stage=stage_of(facts, assumed),
        assumptions=as_json(assumed), facts=asdict(facts), remarks=found, total_gap=total_gap(needs),
        first_kind=first_of(needs), budget=budget, purchases=[purchase_row(one) for one in bought], **columns,
    )  # fmt: skip
    return result, [need_row(need, position) for position, need in enumerate(needs)]
