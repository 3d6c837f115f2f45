"""Gaps by life stage, from the present results in the viewer's scope (ANA-5)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from keyuan.analytics.models import GapNeed, GapResult
from keyuan.analytics.selectors.gap import result_sources
from keyuan.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class KindFigures:
    """One need within a stage: how many were worked out, how many have a gap, sums in minor units of CNY."""

    count: int
    with_gap: int
    gap: int
    need: int
    cover: int

    @property
    def average(self) -> int:
        """The average gap of everybody who was asked."""
        return self.gap // self.count if self.count else 0

    @property
    def covered_bp(self) -> int | None:
        """Which part of the need is covered, in basis points."""
        return None if self.need == 0 else (self.need - self.gap) * 10_000 // self.need

    def plus(self, other: "KindFigures") -> "KindFigures":
        """Return both together."""
        return KindFigures(
            self.count + other.count, self.with_gap + other.with_gap, self.gap + other.gap, self.need + other.need,
            self.cover + other.cover,
        )  # fmt: skip


NONE = KindFigures(0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class StageFigures:
    """A life stage: customers, their gap in all, and each need."""

    stage: str
    customers: int
    total_gap: int
    kinds: Mapping[str, KindFigures]

    @property
    def average(self) -> int:
        """The average gap of a customer in all."""
        return self.total_gap // self.customers if self.customers else 0


def stage_figures(actor: Actor, *, now: datetime) -> list[StageFigures]:
    """Return the figures of every life stage in which somebody in reach has a result."""
    heads: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    kinds: dict[str, dict[str, KindFigures]] = defaultdict(dict)
    for part in result_sources(actor, now=now):
        latest = part.filter(is_latest=True)
        for stage, count, gap in latest.order_by().values_list("life_stage").annotate(Count("pk"), Sum("total_gap")):
            heads[stage][0] += count
            heads[stage][1] += gap or 0
        for stage, kind, *figures in _by_kind(latest):
            kinds[stage][kind] = kinds[stage].get(kind, NONE).plus(KindFigures(*figures))
    return [StageFigures(stage, head[0], head[1], kinds[stage]) for stage, head in heads.items()]


def _by_kind(results: QuerySet[GapResult]) -> list[tuple[Any, ...]]:
    """Return stage, need, then the columns of `KindFigures`."""
    rows = GapNeed.objects.filter(result__in=results.values("pk")).order_by()
    figures = (Count("pk"), Count("pk", filter=Q(gap__gt=0)), Sum("gap"), Sum("need"), Sum("cover"))
    names = ("count", "with_gap", "gap_sum", "need_sum", "cover_sum")
    grouped = rows.values_list("result__life_stage", "kind").annotate(**dict(zip(names, figures, strict=True)))
    return list(grouped.values_list("result__life_stage", "kind", *names))
