"""Groups of similar needs and labels by rules, for programs (ANA-3, ANA-4)."""

from datetime import date
from typing import Any

from pydantic import Field

from keyuan.analytics import permissions
from keyuan.analytics.forms.cluster_words import names_of
from keyuan.analytics.models import ClusterCell, LabelCell
from keyuan.analytics.selectors.clusters.fits import current_clusters, fit_in_force
from keyuan.analytics.selectors.figures import clusters_of, counted_day, labels_of
from keyuan.analytics.selectors.labels.standing import standing_labels
from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.resource import Out, Resource
from keyuan.api.v1.analytics import UnitAsked
from keyuan.customers.models import Tag
from keyuan.customers.selectors.classification.places import place_of

router = Resource("Analytics")


class NeedGroupOut(Out):
    """A group of similar needs: its people in reach, amounts in minor units of CNY, and the whole book's profile."""

    code: str
    name: str
    suggestion: list[str] = Field(description="Stage of life, main cover, what is lacking")
    since: date
    customers: int
    premium: int
    lifetime_value: int
    profile: dict[str, float | None] = Field(description="Median age and premium (yuan), shares of the rest")


class GroupTrialOut(Out):
    """A number of groups that was tried, with spreads over draws."""

    number: int
    silhouette: float
    silhouette_sd: float
    stability: float
    stability_sd: float
    smallest: float


class NeedGroupsOut(Out):
    """The groups that customers stand in, and why there are so many; `found_on` is empty before the first fit."""

    day: date | None
    found_on: date | None
    number: int
    reason: str
    agreement: float | None
    trials: list[GroupTrialOut]
    groups: list[NeedGroupOut]


class RuleLabelOut(Out):
    """A label that follows a rule; `fits` counts customers in reach, and is empty while the rule rests."""

    code: str
    name: str
    family: str = Field(description=", ".join(Tag.Family.values))
    segment: int
    segment_version: int
    by_model: bool
    fits: int | None
    valid_days: int | None
    last_run_on: date | None
    last_set: int
    last_withdrawn: int


class RuleLabelsOut(Out):
    """Labels of the three families with their rules."""

    day: date | None
    labels: list[RuleLabelOut]


@router.get("/analytics/need-groups", permissions.VIEW, NeedGroupsOut)
def get_need_groups(request: ApiRequest, unit: UnitAsked = None) -> Any:
    """Get the groups of similar needs with their people in the post's reach, or in a unit inside it."""
    place, fit = place_of(request.actor, unit), fit_in_force()
    found = current_clusters() if fit else []
    names, cells = names_of(found), clusters_of(request.actor, place)
    groups = []
    for one in found:
        cell = cells.get(one.code, {"customers": 0, "paid": 0, "value": 0})
        facts = {"code": one.code, "name": names[one.code], "suggestion": one.suggestion, "since": one.since}
        counts = {"customers": cell["customers"], "premium": cell["paid"], "lifetime_value": cell["value"]}
        groups.append({**facts, **counts, "profile": one.profile})
    return {
        "day": counted_day(ClusterCell),
        "found_on": fit.day if fit else None,
        "number": fit.chosen if fit else 0,
        "reason": fit.reason if fit else "",
        "agreement": fit.agreement if fit else None,
        "trials": fit.trials if fit else [],
        "groups": groups,
    }


@router.get("/analytics/labels", permissions.VIEW, RuleLabelsOut)
def get_rule_labels(request: ApiRequest, unit: UnitAsked = None) -> Any:
    """Get the labels that follow a rule, with whom each fits in the post's reach, or in a unit inside it."""
    counts = labels_of(request.actor, place_of(request.actor, unit))
    rows = [
        {
            "code": one.tag.code,
            "name": one.tag.name,
            "family": one.tag.family,
            "segment": one.rule.segment_id,
            "segment_version": one.rule.segment.version,
            "by_model": one.by_model,
            "fits": one.fits,
            **{name: getattr(one.rule, name) for name in ("valid_days", "last_run_on", "last_set", "last_withdrawn")},
        }
        for one in standing_labels(request.actor, counts)
    ]
    return {"day": counted_day(LabelCell), "labels": rows}
