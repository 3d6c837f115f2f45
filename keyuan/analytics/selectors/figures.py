"""Reading figures of a part of the book: kept ones for the book, branches and sub-branches, else added up (ANA-10)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Max, Model, QuerySet, Sum

from keyuan.analytics.models import ClusterCell, LabelCell, PersistencyCell, RatioCell, ValueCell
from keyuan.analytics.rules.persistency.measuring import SUMS
from keyuan.analytics.selectors.night_tables import asked_of, terms_of
from keyuan.customers.selectors.classification.places import WHOLE, Place, covers_all
from keyuan.customers.selectors.scores import scores_visible_to
from keyuan.kernel.actor import Actor, Reach
from keyuan.organisation.models import Unit

#: Levels whose figures the night keeps.
KEPT_LEVELS = (Unit.Level.BRANCH, Unit.Level.SUB_BRANCH)
KEPT_COLUMNS = ("branch", "sub_branch")
COUNTS = ("contracts", *SUMS)
Cell = dict[str, Any]


def kept_unit(actor: Actor, place: Place) -> int | None:
    """Return the unit under which the night keeps what ``place`` shows; None where it must be added up."""
    if place.unit is not None:
        if place.unit.level == Unit.Level.HEAD_OFFICE:
            return WHOLE
        return place.unit.pk if place.unit.level in KEPT_LEVELS else None
    scope = actor.scope
    if covers_all(actor) or (scope.reach is Reach.CHANNEL and scope.unit_level == "head_office"):
        return WHOLE
    return scope.unit_id if scope.reach is not Reach.SELF and scope.unit_level in KEPT_COLUMNS else None


def counted_day(model: type[Model]) -> date | None:
    """Return the day of the newest figures; None before the first night."""
    found: date | None = model._default_manager.aggregate(day=Max("day"))["day"]
    return found


def _of(model: type[Model], units: Iterable[int], channel: str) -> "QuerySet[Any]":
    rows = model._default_manager.filter(unit_id__in=list(units), day=counted_day(model))
    return rows.filter(sales_channel=channel) if channel else rows


def persistency_of(actor: Actor, place: Place, channel: str = "") -> list[Cell]:
    """Return the cells of a part of the book by measure and cohort, channels together unless one is asked for."""
    channel = place.channel or channel
    unit = kept_unit(actor, place)
    if unit is None:
        return _added_up(actor, place, channel)
    rows = _of(PersistencyCell, [unit], channel).values("months", "cohort")
    return list(rows.annotate(**{name: Sum(name) for name in COUNTS}).order_by("months", "cohort"))


def persistency_of_units(unit_ids: Sequence[int], months: int, channel: str = "") -> dict[int, list[Cell]]:
    """Return the cells of several branches or sub-branches for one measure, by unit; the caller was let see them."""
    rows = _of(PersistencyCell, unit_ids, channel).filter(months=months).values("unit_id", "months", "cohort")
    found: dict[int, list[Cell]] = defaultdict(list)
    for row in rows.annotate(**{name: Sum(name) for name in COUNTS}).order_by("unit_id", "cohort"):
        found[row["unit_id"]].append(row)
    return found


def _added_up(actor: Actor, place: Place, channel: str) -> list[Cell]:
    """Add up what few contracts a small reach has, from the night's own table."""
    sums = ", ".join(f"sum({name})::BIGINT" for name in SUMS)
    rows = asked_of(
        "premium_years",
        f"SELECT months, cohort, count(*), {sums} FROM rows WHERE {{within}} GROUP BY ALL ORDER BY ALL",  # noqa: S608 - names of our own
        terms_of(actor, place, channel),
    )
    return [dict(zip(("months", "cohort", *COUNTS), row, strict=True)) for row in rows]


def ratios_of(actor: Actor, place: Place) -> dict[str, tuple[int, int]]:
    """Return (part, whole) of each ratio of the last year."""
    unit = kept_unit(actor, place)
    if unit is None:
        sums = "SELECT measure, sum(part)::BIGINT, sum(whole)::BIGINT FROM rows WHERE {within} GROUP BY ALL"
        rows = asked_of("rate_members", sums, terms_of(actor, place))
        return {measure: (part, whole) for measure, part, whole in rows}
    rows = _of(RatioCell, [unit], place.channel).values_list("measure").annotate(Sum("part"), Sum("whole"))
    return {measure: (part, whole) for measure, part, whole in rows}


def value_of(actor: Actor, place: Place, by: str) -> list[Cell]:
    """Return customers, premium and lifetime value of a part of the book by ``by``: a column of `ValueCell`."""
    return _worth(ValueCell, actor, place, by)


def clusters_of(actor: Actor, place: Place) -> dict[str, Cell]:
    """Return customers, premium and lifetime value of a part of the book by group of similar needs."""
    return {cell["cluster"]: cell for cell in _worth(ClusterCell, actor, place, "cluster") if cell["cluster"]}


def labels_of(actor: Actor, place: Place) -> dict[str, int]:
    """Return how many customers of a part of the book each label or suggestion would fit."""
    unit = kept_unit(actor, place)
    if unit is None:
        counted = "SELECT label, count(*) FROM rows WHERE {within} GROUP BY ALL"
        return dict(asked_of("labels", counted, terms_of(actor, place)))
    kept = _of(LabelCell, [unit], place.channel).values_list("label")
    return dict(kept.annotate(Sum("customers")))


def _worth(model: type[Model], actor: Actor, place: Place, by: str) -> list[Cell]:
    unit = kept_unit(actor, place)
    if unit is None:
        rows = scores_visible_to(actor).filter(place.rows).order_by().values(by)
        return list(rows.annotate(customers=Count("pk"), value=Sum("lifetime_value"), paid=Sum("premium")))
    kept = _of(model, [unit], place.channel).values(by)
    return list(kept.annotate(customers=Sum("customers"), value=Sum("lifetime_value"), paid=Sum("premium")))
