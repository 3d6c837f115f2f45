"""What is said of who may go, in a copy of personal data and out of the book with the person (PIPL 24, 45, 47)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from keyuan.analytics.models import ChurnCase, ChurnScore
from keyuan.analytics.services.churn.cases import close_cases, open_of
from keyuan.analytics.services.churn.writing_back import drop_scores
from keyuan.customers.services.agenda.closing import close_vanished_of
from keyuan.platform.privacy import Table

SUBJECT = "churn_case"


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return chances with reasons, and the cases of retention work."""
    scores = ChurnScore.objects.filter(pk=customer_id)
    cases = ChurnCase.objects.filter(customer_id=customer_id).order_by("pk")
    names = ("outcome", "level", "chance_3", "chance_6", "chance_12", "reasons", "scored_on")
    return {
        "churn_scores": list(scores.values(*names)),
        "churn_cases": list(cases.values("outcome", "chance", "is_control", "opened_on", "closed_on", "left_on")),
    }


def erase(customer_id: int, _whole: bool, _now: datetime) -> Mapping[str, int]:
    """Take out chances and cases: nothing obliges to keep them."""
    cases, _by_table = ChurnCase.objects.filter(customer_id=customer_id).delete()
    return {"churn_score": drop_scores([customer_id]), "churn_case": cases}


def drop(customer_ids: Sequence[int], now: datetime) -> int:
    """Take away what is stored of customers who object: chances at once, cases by closing them (PIPL 24)."""
    cases = open_of(customer_ids)
    closed = close_cases(cases, timezone.localdate(now))
    close_vanished_of(SUBJECT, cases, now)
    return drop_scores(customer_ids) + closed
