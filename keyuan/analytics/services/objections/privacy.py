"""Objections in a copy of personal data, and what goes with the person (PLT-8; PIPL 45, 47)."""

from collections.abc import Mapping
from datetime import datetime

from keyuan.analytics.extensions import automated
from keyuan.analytics.models import AutomationObjection
from keyuan.platform.privacy import Table

TOLD = ("said_on", "channel", "words", "recorded_at", "withdrawn_on", "withdrawn_channel", "withdrawn_words")


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return objections, and what programs say of the person with reasons."""
    rows = AutomationObjection.objects.filter(customer_id=customer_id).order_by("pk").values(*TOLD)
    judged = [one for part in automated for one in part.explain(customer_id)]
    return {
        "automation_objections": [dict(row) for row in rows],
        "automated_judgements": [
            {"about": str(one.label), "verdict": one.verdict, "reasons": "; ".join(one.reasons), "on": one.on}
            for one in judged
        ],
    }


def erase(customer_id: int, whole: bool, _now: datetime) -> Mapping[str, int]:
    """Take away what programs said of the person; the objection itself stays until the person is erased whole."""
    dropped = {part.key: part.drop([customer_id]) for part in automated}
    rows = AutomationObjection.objects.filter(customer_id=customer_id)
    return {**dropped, "automation_objection": rows.delete()[0] if whole else 0}
