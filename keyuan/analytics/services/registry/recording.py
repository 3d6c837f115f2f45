"""Recording a fit of a model as a version (ANA-11)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from keyuan.analytics import permissions
from keyuan.analytics.models import ModelCard, ModelVersion
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.locks import hold
from keyuan.platform.subjects import Subject

KIND = "model_version"
Status = ModelVersion.Status
#: Figures that tell enough in the trail; tables of curves stay with the version.
PLAIN = (int, float, str, bool)


def record_version(
    *,
    actor: Actor,
    key: str,
    data_date: date,
    features: Sequence[str | Mapping[str, Any]],
    metrics: Mapping[str, Any],
    protocol: Mapping[str, Any],
    folder: Path | str,
    at: datetime,
    run_id: int | None = None,
) -> ModelVersion:
    """Record a fit: the first version of ``key`` scores the book at once, a later one is compared with it.

    ``features`` as `rules.registry.profiles.described` makes them (names alone do, but then drift is not watched);
    ``metrics`` plain figures by name together with `rules.registry.evaluating.evaluated`; ``protocol`` plain values
    (``seed``, rows, windows, a sentence ``words``). Recorded a second time (same key, data date and folder), as a night
    that was killed does, it returns the version of the first. Raises Refused ``model.folder`` for a folder outside
    KEYUAN_VAR.
    """
    actor.require(permissions.RUN)
    place = relative(folder)
    with transaction.atomic():
        hold(f"model {key}")
        known = ModelVersion.objects.filter(key=key, data_date=data_date, folder=place).first() if place else None
        if known is not None:
            return known
        ModelCard.objects.get_or_create(key=key)
        made = ModelVersion.objects.create(
            key=key, number=_next(key), status=_entering(key), data_date=data_date, trained_at=at,
            features=[{"name": one} if isinstance(one, str) else dict(one) for one in features],
            metrics=dict(metrics), protocol=dict(protocol), folder=place, run_id=run_id, recorded_by=actor.name[:40],
        )  # fmt: skip
        after = {"key": key, "number": made.number, "status": made.status, "data_date": data_date.isoformat()}
        plain = {name: value for name, value in metrics.items() if isinstance(value, PLAIN)}
        record(actor, Action.CREATE, Subject(KIND, made.pk), after={**after, **plain}, now=at)
    return made


def relative(folder: Path | str) -> str:
    """Return a folder as it is kept: below KEYUAN_VAR, which may move. Empty stays empty."""
    if not str(folder):
        return ""
    try:
        return str(Path(folder).resolve().relative_to(Path(settings.VAR_DIR).resolve()))
    except ValueError:
        raise Refused("model.folder", folder=str(folder)) from None


def folder_of(version: ModelVersion) -> Path:
    """Return where the artefact of a version stands."""
    return Path(settings.VAR_DIR) / version.folder


def _next(key: str) -> int:
    newest: int | None = ModelVersion.objects.filter(key=key).aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1


def _entering(key: str) -> Status:
    """Return the status of a new version, and let the challenger of before step back."""
    if not ModelVersion.objects.filter(key=key, status=Status.CHAMPION).exists():
        return Status.CHAMPION
    ModelVersion.objects.filter(key=key, status=Status.CHALLENGER).update(status=Status.CANDIDATE)
    return Status.CHALLENGER
