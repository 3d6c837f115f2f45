"""Targets, who answers for them, and the five-year plan of the demo book, set as management does it (ANA-12)."""

from datetime import date, datetime, timedelta

from django.apps import apps
from django.db.models import Count, Sum

from keyuan.analytics.rules.boards.measures import SOLD
from keyuan.analytics.rules.boards.plan import REPEATS, Plan
from keyuan.analytics.services.boards.keeping import Wanted, set_plan, set_terms
from keyuan.organisation.selectors.actors import actor_by_staff_no
from keyuan.setup.demo.plan import Book

HEAD = "10001"
#: Targets of the year by indicator, and the staff number of who answers: shares in per cent.
SHARES = {
    "second_purchase": (12.0, "10006"),
    "p13": (90.0, "10013"),
    "orphans": (10.0, "10006"),
    "contacted": (70.0, "10006"),
    "late_orders": (10.0, "10009"),
    "complaint_rate": (50.0, "10018"),
}
#: What the year shall bring over the twelve months before.
GROWTH = 1.08
#: Whom each year works on, after the plan of domain.md §A.10.
FOCUS = (
    "活跃个人客户深度经营；存量团体客户进社区",
    "个险孤儿单客户；口子业务理赔客户；VIP与准VIP；补全口子业务联系方式",
    "口子业务客户；失效保单客户",
    "补全法人客户被保险员工资料；半休眠客户",
    "法人客户被保险员工；休眠客户",
)
REASON = "年度经营目标"


def open_boards(book: Book, now: datetime) -> None:
    """Set targets of the year and a plan that began two years ago, so that it shows years gone and years to come."""
    head = actor_by_staff_no(HEAD, book.as_of)
    if head is None:
        return
    year = book.as_of.year
    wanted = {key: Wanted({year: target}, owner) for key, (target, owner) in SHARES.items()}
    sold, premium = _last_year(book.as_of)
    wanted |= {
        "sold": Wanted({year: float(round(GROWTH * sold))}, "10008"),
        "new_premium": Wanted({year: float(round(GROWTH * premium))}, "10008"),
    }
    for key, terms in wanted.items():
        set_terms(actor=head, indicator=key, unit_id=None, number=0, wanted=terms, reason=REASON, now=now)
    repeats = tuple(2 * share for share in REPEATS)
    plan = Plan(year - 2, repeats=repeats, focus=FOCUS)
    set_plan(actor=head, number=0, plan=plan, reason="五年规划", now=now)


def _last_year(today: date) -> tuple[int, int]:
    """Return contracts and annual premium of the cover that began within a year."""
    policies = apps.get_model("policies.Policy")._default_manager
    rows = policies.filter(status__in=SOLD, effective_on__gt=today - timedelta(days=365), effective_on__lte=today)
    found = rows.aggregate(sold=Count("pk"), premium=Sum("annual_premium"))
    return found["sold"], found["premium"] or 0
