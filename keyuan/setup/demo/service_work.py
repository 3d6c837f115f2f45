"""Task rules, tiers, key accounts and the watch list alive in the demo book (CUS-13, CUS-14, CUS-10)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from keyuan.customers.permissions import EXCEPTION_DECIDE, WATCH_PROPOSE
from keyuan.customers.rules.standards import BASE, Star, Tier, as_json
from keyuan.customers.services.accounts.key_accounts import AccountDraft, ContactLine, open_account, report_contact
from keyuan.customers.services.agenda.defaults import seed_rules
from keyuan.customers.services.agenda.nightly import place_tasks, replay_night
from keyuan.customers.services.standards.defaults import DEFAULT, HIGH
from keyuan.customers.services.standards.exceptions import ExceptionDraft, ask_exception, decide_exception
from keyuan.customers.services.watching.listings import ListingDraft, decide_listing, propose_listing, receive_appeal
from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.dates import add_years
from keyuan.organisation.selectors.actors import actor_of
from keyuan.platform import clock
from keyuan.platform.imports.bulk import Same, insert, update
from keyuan.platform.jobs.chunks import run_job
from keyuan.policies.services.clocks.nightly import start_night
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.summary_rows import TIERS

CHUNK = 5_000
ACTOR = system_actor("keyuan demo")
#: Demo tasks that a rule would have made: kind, rule, and the day of the contract that was the occasion.
MADE = (
    ("RENEWAL", "cover-30", "expires_on"),
    ("MATURITY", "maturity-90", "expires_on"),
    ("GRACE", "premium-late-30", "next_due_on"),
)
MANAGER, COMPLIANCE, HEAD = "10006", "10003", "10001"


def open_service(book: Book, now: datetime) -> None:
    """Seed rules and the standard, give members their tiers and the demo's tasks their rules, make tonight's tasks."""
    today = book.as_of
    # A book of a day to come lives on that day.
    now = max(now, clock.start_of(today) + timedelta(hours=9))
    seed_rules(now)
    _issue_standard(today, now)
    _write_memberships(today, now)
    for kind, code, column in MADE:
        _give_rule(kind, code, column)
    _give_birthday_rule()
    _work_off(start_night(actor=ACTOR, on=today, now=now))
    _work_off(replay_night(actor=ACTOR, on=today, now=now))
    _tell_special(today, now)


def _work_off(job: Any) -> None:
    step = -1
    while (row := _rows("platform.TrackedJob").get(pk=job.pk)).is_open and row.step != step:
        step = row.step
        run_job(row.pk, row.step)


def _rows(label: str) -> Any:
    return apps.get_model(label)._default_manager


def _chunks(rows: Any, *columns: str) -> Iterator[list[Any]]:
    """Yield rows of a queryset by their key, some thousand at a time."""
    after = 0
    while found := list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", *columns)[:CHUNK]):
        yield found
        after = found[-1][0]


def _issue_standard(today: date, now: datetime) -> None:
    """Issue the edition of this insurer, whose thresholds are those by which the book was drawn."""
    least = {code: threshold for code, threshold in TIERS if code != BASE}
    tiers = (Tier(BASE, 0), *(Tier(code, least[code]) for code in ("GOLD", "PLATINUM", "DIAMOND")))
    higher = tuple(Tier(code, 40_000_000 * (2**place)) for place, code in enumerate(HIGH[1:]))
    gold = least["GOLD"]
    edition = replace(
        DEFAULT,
        tiers=(*tiers, *higher),
        stars=tuple(Star(gold * part // 10, gold * part * 3, gold * part // 10) for part in (6, 7, 8)),
        factors=dict.fromkeys(DEFAULT.factors, 10_000),
    )
    _rows("customers.ServiceStandard").create(
        number=1,
        status="ISSUED",
        valid_from=today - timedelta(days=500),
        content=as_json(edition),
        reason="首版服务标准",
        created_by_name="江晨",
        created_at=now,
        issued_by_name="江晨",
        issued_at=now,
    )


def _write_memberships(today: date, now: datetime) -> None:
    """Give everybody above the base tier a membership that began within the last year, with the step that made it."""
    members = _rows("customers.CustomerSummary").filter(tier__in=("GOLD", "PLATINUM", "DIAMOND"))
    for rows in _chunks(members, "tier", "annual_premium"):
        since = [today - timedelta(days=pk * 37 % 360) for pk, *_rest in rows]
        shared: dict[str, Any] = {
            "customer_id": [row[0] for row in rows],
            "vip_premium": [row[2] for row in rows],
            "standard_no": Same(1),
            "reason": Same("UPGRADED"),
        }
        with transaction.atomic():
            insert(
                apps.get_model("customers.Membership"),
                {
                    **shared,
                    "tier": [row[1] for row in rows],
                    "since": since,
                    "until": [add_years(day, 1) - timedelta(days=1) for day in since],
                    "computed_on": Same(today),
                },
                len(rows),
            )
            insert(
                apps.get_model("customers.TierChange"),
                {
                    **shared,
                    "from_tier": Same(BASE),
                    "to_tier": [row[1] for row in rows],
                    "changed_on": since,
                    "recorded_at": Same(now),
                },
                len(rows),
            )


def _give_rule(kind: str, code: str, column: str) -> None:
    """Let the demo's open tasks of one kind be those of a rule, each with the day of its contract."""
    tasks = _rows("customers.Task").filter(
        kind=kind, rule_id__isnull=True, subject_kind="policy", closed_at__isnull=True
    )
    for rows in _chunks(tasks, "customer_id", "subject_id"):
        days = dict(_rows("policies.Policy").filter(pk__in=[row[2] for row in rows]).values_list("pk", column))
        _originate(code, "policy", [(pk, customer, subject, days[subject]) for pk, customer, subject in rows])


def _give_birthday_rule() -> None:
    tasks = _rows("customers.Task").filter(kind="BIRTHDAY", rule_id__isnull=True, closed_at__isnull=True)
    for rows in _chunks(tasks, "customer_id", "due_at"):
        found = [(pk, customer, customer, timezone.localdate(due_at)) for pk, customer, due_at in rows]
        _originate("birthday-review", "customer", found)


def _originate(code: str, subject_kind: str, rows: Sequence[tuple[int, int, int, date]]) -> None:
    rule = _rows("customers.TaskRule").get(code=code)
    # A double of the demo's own would break the rule that each occasion has one task.
    once = {(subject, day): (pk, customer) for pk, customer, subject, day in rows}
    tasks = [pk for pk, _customer in once.values()]
    with transaction.atomic():
        place_tasks(dict(once.values()))
        update(apps.get_model("customers.Task"), tasks, {"rule_id": Same(rule.pk)})
        insert(
            apps.get_model("customers.TaskOrigin"),
            {
                "rule_id": Same(rule.pk),
                "subject_kind": Same(subject_kind),
                "subject_id": [subject for subject, _day in once],
                "occasion_on": [day for _subject, day in once],
                "task_id": tasks,
            },
            len(once),
        )


def _person(staff_no: str) -> Actor:
    posts = _rows("organisation.Post").select_related("user", "role", "unit")
    return actor_of(posts.filter(user__staff_no=staff_no).order_by("-is_primary", "pk")[0])


def _tell_special(today: date, now: datetime) -> None:
    """Let a few key accounts, exceptions and listings stand for their pages."""
    manager, judge, head = _person(MANAGER), _person(COMPLIANCE), _person(HEAD)
    within = {f"{manager.scope.unit_level}_id": manager.scope.unit_id} if manager.scope.unit_id else {}
    best = list(
        _rows("customers.CustomerSummary")
        .filter(customer__status="ACTIVE", **within)
        .order_by("-annual_premium")
        .values_list("pk", flat=True)[:12]
    )
    for place, pk in enumerate(best[:6]):
        _key_account(pk, place, manager, head, today, now)
    for place, pk in enumerate(best[2:6]):
        _exception(pk, place, manager, head, today, now)
    claimants = (
        _rows("claims.Claim").filter(customer__isnull=False).order_by("-pk").values_list("customer_id", flat=True)
    )
    for place, pk in enumerate(list(dict.fromkeys(claimants[:40]))[:4]):
        _listing(pk, place, head, judge, today, now)


def _key_account(pk: int, place: int, manager: Actor, head: Actor, today: date, now: datetime) -> None:
    reception = ("CHIEF", "SENIOR", "DEPARTMENT")[place % 3]
    lines = (ContactLine("财务总监", "财务负责人"), ContactLine("行政经理", "保险对接人"))
    draft = AccountDraft(
        reception,
        manager.id or 0,
        head.id or 0,
        90,
        today + timedelta(days=60 + 45 * place),
        "年缴保费居分公司前列",
        lines,
        "专人接送，会客室接待，节日由领导致信",
    )
    account = open_account(actor=ACTOR, customer_id=pk, draft=draft, now=now)
    if place % 2:
        report_contact(
            actor=ACTOR,
            account_id=account.pk,
            on=today,
            summary="走访客户，了解续保及员工福利需求",
            next_steps="两周内提交方案",
            now=now,
        )


def _exception(pk: int, place: int, manager: Actor, head: Actor, today: date, now: datetime) -> None:
    draft = ExceptionDraft(
        "UW_TRUST", "家族信托核保通道", "客户拟以保单设立家族信托", today, today + timedelta(days=180), None, 480
    )
    row = ask_exception(actor=manager, customer_id=pk, draft=draft, now=now)
    decider = head if head.may(EXCEPTION_DECIDE) else ACTOR
    if place in (0, 1):
        decide_exception(actor=decider, exception_id=row.pk, act="approve", note="", now=now)
    elif place == 2:
        decide_exception(actor=decider, exception_id=row.pk, act="refuse", note="资料不足", now=now)


def _listing(pk: int, place: int, head: Actor, judge: Actor, today: date, now: datetime) -> None:
    texts = (
        "一年内多次理赔，正在核查",
        "提交的医疗发票经核实系伪造",
        "同一损失向多家公司索赔",
        "投保时未如实告知既往病史",
    )
    criteria = ("FREQUENT_CLAIMS", "FORGED_PAPERS", "MULTIPLE_INSURERS", "FALSE_STATEMENT")
    draft = ListingDraft("BLACK" if place == 1 else "GREY", criteria[place], texts[place], today + timedelta(days=180))
    proposer = head if head.may(WATCH_PROPOSE) else ACTOR
    row = propose_listing(actor=proposer, customer_id=pk, draft=draft, now=now)
    if place:
        decide_listing(actor=judge, listing_id=row.pk, act="confirm", note="证据充分", now=now)
    if place == 2:
        receive_appeal(actor=ACTOR, listing_id=row.pk, grounds="两份保单保障责任不同，并非重复索赔", on=today, now=now)
