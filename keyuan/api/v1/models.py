"""Models and automated decisions for programs: the register, a customer's explanation, objections (ANA-11; PIPL 24)."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Path
from pydantic import Field

from keyuan.analytics import permissions
from keyuan.analytics.extensions import automated
from keyuan.analytics.forms.registry.words import model_name
from keyuan.analytics.models import AutomationObjection, ModelVersion
from keyuan.analytics.selectors.objections import objections_of
from keyuan.analytics.selectors.registry.overview import ModelRow, model_of, models_of, newest_watches
from keyuan.analytics.selectors.registry.versions import version_of, versions_visible_to
from keyuan.analytics.services.objections.noting import WAYS, Said, note_objection, withdraw_objection
from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import OneOf
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.customers.selectors import access_customer
from keyuan.platform import clock

router = Resource("Models")
ModelKey = Annotated[str, Path(max_length=40)]
#: Versions of a model in an answer: monthly ones of five years.
LISTED = 60


class ModelOut(Out):
    """A model: the version in use and its challenger, or the number of the rules in force (0: as the system came)."""

    key: str
    name: str
    purpose: str
    champion: int | None
    challenger: int | None
    rules: int | None
    data_date: date | None
    owner: str
    alarm: float = Field(description="Index of stability from which on the owner is told")
    drift: float | None = Field(description="Farthest index of the last night")
    drift_on: date | None
    proposed: int | None = Field(description="Version that waits for a decision")


class ModelVersionOut(Out):
    """A version; `metrics` were reckoned on rows not seen in training."""

    number: int
    status: str = Field(description=", ".join(ModelVersion.Status.values))
    data_date: date
    trained_at: datetime
    metrics: dict[str, Any]
    protocol: dict[str, Any]


class ModelDetailOut(ModelOut):
    """A model with its versions, the newest first."""

    versions: list[ModelVersionOut]


class DriftOut(Out):
    """How far a feature stands from training; the score itself has no name."""

    name: str
    index: float


class ModelVersionDetailOut(ModelVersionOut):
    """A version with its features and the drift of the last night."""

    features: list[dict[str, Any]]
    drift_on: date | None
    drift: list[DriftOut]


class JudgementOut(Out):
    """What a program says of a customer, why, and what follows."""

    about: str
    verdict: str
    reasons: list[str]
    effect: str
    model: str
    version: str
    on: date | None


class AutomatedOut(Out):
    """Whether a customer objects to automated decisions, and what programs say of them."""

    customer_id: int
    objects_since: date | None
    channel: str
    judgements: list[JudgementOut]


class ObjectionIn(In):
    """What the customer said, when and how."""

    said_on: date
    channel: Annotated[str, OneOf(WAYS, empty=False)]
    words: Annotated[str, Field(max_length=200)] = ""


def _model(row: ModelRow) -> dict[str, Any]:
    champion, watch = row.champion, row.watch
    return {
        "key": row.key,
        "name": str(model_name(row.key)),
        "purpose": str(row.kind.purpose) if row.kind else "",
        "champion": champion.number if champion else None,
        "challenger": row.challenger.number if row.challenger else None,
        "rules": row.edition.number if row.edition else None,
        "data_date": champion.data_date if champion else None,
        "owner": row.card.owner_name,
        "alarm": row.card.alarm / 1000,
        "drift": watch.worst if watch else None,
        "drift_on": watch.day if watch else None,
        "proposed": row.proposal.version.number if row.proposal else None,
    }


def _version(row: ModelVersion) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ModelVersionOut.model_fields}


def _automated(customer_id: int) -> dict[str, Any]:
    newest: AutomationObjection | None = next(iter(objections_of(customer_id)), None)
    standing = newest if newest and newest.withdrawn_at is None else None
    judged = [one for part in automated for one in part.explain(customer_id)]
    return {
        "customer_id": customer_id,
        "objects_since": standing.said_on if standing else None,
        "channel": standing.channel if standing else "",
        "judgements": [
            {
                "about": str(one.label), "verdict": one.verdict, "reasons": list(one.reasons),
                "effect": str(one.effect), "model": one.model, "version": one.version, "on": one.on,
            }
            for one in judged
        ],
    }  # fmt: skip


@router.get("/analytics/models", permissions.VIEW, list[ModelOut])
def list_models(request: ApiRequest) -> Any:
    """List every model: trained ones, then those of rules."""
    return [_model(row) for row in models_of(request.actor)]


@router.get("/analytics/models/{str:model_key}", permissions.VIEW, ModelDetailOut)
def get_model(request: ApiRequest, model_key: ModelKey) -> Any:
    """Get a model with its versions."""
    row = model_of(request.actor, model_key)
    versions = versions_visible_to(request.actor).filter(key=row.key).defer("features")[:LISTED]
    return {**_model(row), "versions": [_version(one) for one in versions]}


@router.get("/analytics/models/{str:model_key}/{int:version_number}", permissions.VIEW, ModelVersionDetailOut)
def get_model_version(request: ApiRequest, model_key: ModelKey, version_number: RowId) -> Any:
    """Get a version with features and drift."""
    found = version_of(request.actor, model_key, version_number)
    watch = newest_watches([found.pk]).get(found.pk)
    drift = watch.figures if watch else []
    return {**_version(found), "features": found.features, "drift_on": watch.day if watch else None, "drift": drift}


@router.get("/customers/{int:customer_id}/automated-decisions", permissions.OBJECTIONS, AutomatedOut)
def get_automated_decisions(request: ApiRequest, customer_id: RowId) -> Any:
    """Get what programs say of a customer, to explain it, and whether the customer objects."""
    return _automated(access_customer(request.actor, customer_id, now=clock.now()).pk)


@router.post("/customers/{int:customer_id}/automated-decisions/objection", permissions.OBJECTIONS, AutomatedOut)
def object_to_automation(request: ApiRequest, customer_id: RowId, body: ObjectionIn) -> Any:
    """Note an objection: scores and offers go at once and are not made again. One that stands is left as it is."""
    said = Said(body.said_on, body.channel, body.words)
    note_objection(actor=request.actor, customer_id=customer_id, said=said, now=clock.now())
    return _automated(customer_id)


@router.post("/customers/{int:customer_id}/automated-decisions/withdrawal", permissions.OBJECTIONS, AutomatedOut)
def withdraw_objection_to_automation(request: ApiRequest, customer_id: RowId, body: ObjectionIn) -> Any:
    """Note that the objection was taken back: programs judge again from the next night on."""
    said = Said(body.said_on, body.channel, body.words)
    withdraw_objection(actor=request.actor, customer_id=customer_id, said=said, now=clock.now())
    return _automated(customer_id)
