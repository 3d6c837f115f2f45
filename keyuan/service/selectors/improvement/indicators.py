"""What improvement is measured by: figures of a period, counted from the desk's own records (SRV-11)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet

from keyuan.organisation.models import Unit
from keyuan.service.extensions import indicators
from keyuan.service.models import Category, Complaint, FollowUp, WorkOrder
from keyuan.service.rules.follow_ups import plans, results
from keyuan.service.rules.improvement import Figure

MONTH = 30
HUNDRED = 100
ZONE = ZoneInfo(settings.TIME_ZONE)


def measure(key: str, about: Mapping[str, Any], since: datetime, until: datetime) -> Figure:
    """Return the figure of an indicator over the days from ``since`` on and before ``until``. KeyError: unknown."""
    return indicators[key].measure(about, since, until)


def _about(about: Mapping[str, Any], prefix: str = "") -> Q:
    """Return the condition of category (with those below), unit and product, those that are given."""
    fits = Q()
    if about.get("category"):
        fits &= Q(**{f"{prefix}category_id__in": _below(str(about["category"]))})
    fits &= _place(about, prefix)
    if about.get("product"):
        fits &= Q(**{f"{prefix}policy__product_id": about["product"]})
    return fits


def _place(about: Mapping[str, Any], prefix: str = "") -> Q:
    """Return the condition of the unit by its own level."""
    unit = Unit.objects.filter(pk=about["unit"]).first() if about.get("unit") else None
    if unit is None:
        return Q()
    own = {column: value for column, value in unit.level_ids().items() if value == unit.pk}
    return Q(**{f"{prefix}{column}": value for column, value in own.items()})


def _below(code: str) -> list[int]:
    """Return the ids of a category and of those below it."""
    rows = list(Category.objects.values_list("pk", "code", "parent_id"))
    found = [pk for pk, own, _parent in rows if own == code]
    for pk, _code, parent in rows * 3:
        if parent in found and pk not in found:
            found.append(pk)
    return found


def _complaints(about: Mapping[str, Any], since: datetime, until: datetime) -> QuerySet[Complaint]:
    rows = Complaint.objects.filter(_about(about, "order__"), received_at__gte=since, received_at__lt=until)
    return rows.exclude(order__status="MERGED").order_by()


def _orders(about: Mapping[str, Any], since: datetime, until: datetime) -> QuerySet[WorkOrder]:
    rows = WorkOrder.objects.filter(_about(about), received_at__gte=since, received_at__lt=until)
    return rows.exclude(status="MERGED").order_by()


def complaints_a_month(about: Mapping[str, Any], since: datetime, until: datetime) -> Figure:
    """Complaints for 30 days."""
    count = _complaints(about, since, until).count()
    days = max(1, (until - since).days)
    return Figure(round(count * MONTH * HUNDRED / days), count)


def repeated_share(about: Mapping[str, Any], since: datetime, until: datetime) -> Figure:
    """Repeated complaints among all, in per cent."""
    found = _complaints(about, since, until).aggregate(
        total=Count("pk"), repeated=Count("pk", filter=Q(is_repeated=True))
    )
    total = found["total"]
    return Figure(round(found["repeated"] * HUNDRED * HUNDRED / total) if total else None, total)


def _hours(about: Mapping[str, Any], since: datetime, until: datetime, end: str) -> Figure:
    rows = _orders(about, since, until).filter(**{f"{end}__isnull": False})
    span = ExpressionWrapper(F(end) - F("received_at"), output_field=DurationField())
    found = rows.aggregate(mean=Avg(span), cases=Count("pk"))
    mean: timedelta | None = found["mean"]
    return Figure(round(mean.total_seconds() * HUNDRED / 3600) if mean is not None else None, found["cases"])


def first_response(about: Mapping[str, Any], since: datetime, until: datetime) -> Figure:
    """Mean hours until the first response to a work order."""
    return _hours(about, since, until, "responded_at")


def solution_time(about: Mapping[str, Any], since: datetime, until: datetime) -> Figure:
    """Mean hours until the solution of a work order."""
    return _hours(about, since, until, "resolved_at")


def reopened_share(about: Mapping[str, Any], since: datetime, until: datetime) -> Figure:
    """Work orders that were opened again, in per cent."""
    found = _orders(about, since, until).aggregate(total=Count("pk"), again=Count("pk", filter=Q(reopened__gt=0)))
    total = found["total"]
    return Figure(round(found["again"] * HUNDRED * HUNDRED / total) if total else None, total)


def callback_success(about: Mapping[str, Any], since: datetime, until: datetime) -> Figure:
    """Call-backs that ended and were successful, in per cent, by the day of the receipt."""
    first, after = since.astimezone(ZONE).date(), until.astimezone(ZONE).date()
    rows = FollowUp.objects.filter(_place(about), kind=plans.CALLBACK, start_on__gte=first, start_on__lt=after)
    if about.get("product"):
        rows = rows.filter(policy__product_id=about["product"])
    found = rows.order_by().aggregate(
        total=Count("pk", filter=Q(status__in=results.ENDED)), done=Count("pk", filter=Q(status=results.DONE))
    )
    total = found["total"]
    return Figure(round(found["done"] * HUNDRED * HUNDRED / total) if total else None, total)
