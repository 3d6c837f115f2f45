"""Taking the figures of an indicator out again: a file under the wrong name is put right by another (ANA-1)."""

from datetime import datetime

from django.db import transaction

from keyuan.analytics import permissions
from keyuan.analytics.models import ExternalFigure
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.audit import Action, record
from keyuan.platform.subjects import Subject


def remove_indicator(*, actor: Actor, indicator: str, now: datetime) -> int:
    """Delete every figure of ``indicator``; return how many. Raises NotFound, Forbidden."""
    actor.require(permissions.RUN)
    with transaction.atomic():
        rows = ExternalFigure.objects.filter(indicator=indicator)
        first = rows.order_by("pk").values_list("pk", flat=True).first()
        if first is None:
            raise NotFound
        count, _kinds = rows.delete()
        before = {"indicator": indicator, "figures": count}
        record(actor, Action.DELETE, Subject("external_figure", first), before=before, now=now)
    return count
