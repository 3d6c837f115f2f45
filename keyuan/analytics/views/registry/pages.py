"""Pages of the register: all models, one of them, one version with its figures (ANA-11)."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from keyuan.analytics import permissions
from keyuan.analytics.forms.registry import words
from keyuan.analytics.forms.registry.features import feature_name
from keyuan.analytics.models import ModelVersion, ModelWatch, Promotion
from keyuan.analytics.rules.features.profile import level_of
from keyuan.analytics.rules.registry.evaluating import LEAST_RATIO, LEAST_ROWS, is_chance
from keyuan.analytics.selectors.registry.overview import (
    ModelRow,
    model_of,
    models_of,
    newest_watches,
    promotions_of,
    watches_of,
)
from keyuan.analytics.selectors.registry.versions import version_of, versions_visible_to
from keyuan.analytics.selectors.runs import steps_of
from keyuan.analytics.views.registry.shown import charts_of, drift_chart, fairness_of, score_index
from keyuan.analytics.views.runs.words import label_of
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.platform.http import StaffRequest, allow, page

#: Versions listed of a model: monthly ones of five years.
LISTED = 60
THOUSAND = 1000


@require_GET
@allow(permissions.VIEW)
def models(request: StaffRequest) -> HttpResponse:
    """Show every model: what is in use, since when, how good, how far it has drifted, who answers for it."""
    rows = models_of(request.actor)
    context = {
        "trained": [_row(row) for row in rows if row.edition is None],
        "ruled": [_row(row) for row in rows if row.edition is not None],
        "may_objections": request.actor.may(permissions.OBJECTIONS),
    }
    return page(request, "analytics/registry/models.html", context)


def _row(row: ModelRow) -> dict[str, Any]:
    champion = row.champion
    return {
        "row": row,
        "word": words.model_name(row.key),
        "figures": words.figures(champion.metrics)[:2] if champion else [],
        "is_chance": champion is not None and is_chance(champion.metrics),
        "drift": _drift(row.watch),
    }


def _drift(watch: ModelWatch | None) -> dict[str, Any] | None:
    if watch is None:
        return None
    level = level_of(watch.worst)
    return {"day": watch.day, "index": watch.worst, "level": level, "said": words.LEVELS[level]}


@require_GET
@allow(permissions.VIEW)
def model(request: StaffRequest, model_key: str) -> HttpResponse:
    """Show one model: in words, its versions side by side, proposals, drift night by night."""
    row = model_of(request.actor, model_key)
    governs = covers_all(request.actor)
    context: dict[str, Any] = {
        "row": row,
        "word": words.model_name(row.key),
        "may_keep": governs and request.actor.may(permissions.RUN) and row.edition is None,
        "drift": _drift(row.watch),
        "alarm": row.card.alarm / THOUSAND,
    }
    if row.edition is None:
        context |= _history(request, row, governs)
    return page(request, "analytics/registry/model.html", context)


def _history(request: StaffRequest, row: ModelRow, governs: bool) -> dict[str, Any]:
    versions = list(versions_visible_to(request.actor).filter(key=row.key).defer("features")[:LISTED])
    watches = newest_watches(one.pk for one in versions)
    return {
        "versions": [_version(one, watches.get(one.pk)) for one in versions],
        "compared": _compared(row.champion, row.challenger),
        "promotions": [_promotion(one) for one in promotions_of(row.key)],
        "may_decide": governs and _may_decide(request, row.proposal),
        "is_own": row.proposal is not None and row.proposal.proposed_by_id == request.actor.id,
        "chart": drift_chart(watches_of(row.champion)) if row.champion else None,
    }


def _may_decide(request: StaffRequest, proposal: Promotion | None) -> bool:
    own = proposal is not None and proposal.proposed_by_id == request.actor.id
    return proposal is not None and not own and request.actor.may(permissions.MODELS_APPROVE)


def _version(one: ModelVersion, watch: ModelWatch | None) -> dict[str, Any]:
    status = words.STATUSES[one.status]
    return {
        "row": one,
        "status": status,
        "figures": words.figures(one.metrics)[:3],
        "is_chance": is_chance(one.metrics),
        "drift": _drift(watch),
    }


def _promotion(one: Promotion) -> dict[str, Any]:
    return {"row": one, "status": words.ANSWERS[one.status]}


def _compared(champion: ModelVersion | None, challenger: ModelVersion | None) -> list[tuple[Any, str, str]]:
    """Return each figure of the version in use beside that of its challenger; each judged on its own unseen rows."""
    if champion is None or challenger is None:
        return []
    left, right = (
        {name: (word, said) for name, word, said in words.figures(one.metrics)} for one in (champion, challenger)
    )
    names = [*left, *(name for name in right if name not in left)]
    nothing = words.said(None)
    return [
        ((left.get(name) or right[name])[0], left.get(name, ("", nothing))[1], right.get(name, ("", nothing))[1])
        for name in names
    ]


@require_GET
@allow(permissions.VIEW)
def version(request: StaffRequest, model_key: str, version_number: int) -> HttpResponse:
    """Show one version: protocol, figures with spread, curves, features with drift, groups of people, lineage."""
    found = version_of(request.actor, model_key, version_number)
    watch = newest_watches([found.pk]).get(found.pk)
    indices = {one["name"]: one["index"] for one in (watch.figures if watch else [])}
    context = {
        "version": found,
        "word": words.model_name(model_key),
        "status": words.STATUSES[found.status],
        "figures": words.figures(found.metrics),
        "is_chance": is_chance(found.metrics),
        "protocol": words.protocol(found.protocol),
        "charts": charts_of(found),
        "features": [
            {**one, "word": feature_name(one["name"]), "index": indices.get(one["name"])} for one in found.features
        ],
        "watch": watch,
        "drift": _drift(watch),
        "score_index": score_index(watch) if watch else None,
        "fairness": fairness_of(found),
        "least_ratio": LEAST_RATIO,
        "least_rows": LEAST_ROWS,
        "steps": [(label_of(step.key), step.reads, sorted(step.tables)) for step in _lineage(found)],
        "may_propose": _may_propose(request, found),
    }
    return page(request, "analytics/registry/version.html", context)


def _lineage(found: ModelVersion) -> list[Any]:
    return [step for step in steps_of(found.run) if step.tables] if found.run else []


def _may_propose(request: StaffRequest, found: ModelVersion) -> bool:
    keeps = request.actor.may(permissions.RUN) and covers_all(request.actor)
    return keeps and found.status != ModelVersion.Status.CHAMPION
