"""The models of the book at a glance, and what happened to one (ANA-11)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max

from keyuan.analytics.extensions import Edition, ModelKind, model_kinds
from keyuan.analytics.models import ModelCard, ModelVersion, ModelWatch, Promotion
from keyuan.analytics.selectors.registry.kinds import kind_of
from keyuan.analytics.selectors.registry.versions import versions_visible_to
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound

Status = ModelVersion.Status
#: Nights drawn and proposals shown of one model.
NIGHTS, PROMOTIONS = 60, 50


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model with its version in use, or the edition of its rules."""

    key: str
    kind: ModelKind | None
    card: ModelCard
    champion: ModelVersion | None = None
    challenger: ModelVersion | None = None
    watch: ModelWatch | None = None
    proposal: Promotion | None = None
    edition: Edition | None = None


def models_of(actor: Actor) -> list[ModelRow]:
    """Return every model: those that were trained, then those of rules."""
    shown = versions_visible_to(actor).filter(status__in=(Status.CHAMPION, Status.CHALLENGER)).defer("features")
    found = {(one.key, one.status): one for one in shown}
    keys = sorted({key for key, _status in found}, key=_in_order)
    cards = {card.key: card for card in ModelCard.objects.filter(key__in=keys)}
    watches = newest_watches(one.pk for one in found.values())
    proposals = {one.key: one for one in Promotion.objects.filter(key__in=keys, status=Promotion.Status.OPEN)}
    trained = []
    for key in keys:
        champion, challenger = found.get((key, Status.CHAMPION)), found.get((key, Status.CHALLENGER))
        watch = watches.get(champion.pk) if champion else None
        card = cards.get(key) or ModelCard(key=key)
        trained.append(ModelRow(key, kind_of(key), card, champion, challenger, watch, proposals.get(key)))
    ruled = ((kind, kind.edition()) for kind in model_kinds if kind.edition)
    return trained + [ModelRow(kind.key, kind, ModelCard(key=kind.key), edition=edition) for kind, edition in ruled]


def _in_order(key: str) -> tuple[str, int]:
    """Put models of one kind by their months: 3 before 12."""
    kind, _point, months = key.rpartition(".")
    return (kind, int(months)) if months.isdecimal() else (key, 0)


def model_of(actor: Actor, key: str) -> ModelRow:
    """Return one model. Raises NotFound."""
    found = next((row for row in models_of(actor) if row.key == key), None)
    if found is None:
        raise NotFound
    return found


def newest_watches(version_ids: Iterable[int]) -> dict[int, ModelWatch]:
    """Return the last night's look at each version."""
    days = ModelWatch.objects.filter(version__in=list(version_ids)).values("version").annotate(day=Max("day"))
    wanted = {row["version"]: row["day"] for row in days}
    rows = ModelWatch.objects.filter(version__in=wanted, day__in=set(wanted.values()))
    return {row.version_id: row for row in rows if row.day == wanted[row.version_id]}


def watches_of(version: ModelVersion) -> list[ModelWatch]:
    """Return the last nights of a version, the oldest first."""
    return list(reversed(version.watches.order_by("-day")[:NIGHTS]))


def promotions_of(key: str) -> list[Promotion]:
    """Return the proposals of a model, the newest first; the caller may see the model."""
    rows = Promotion.objects.filter(key=key).select_related("version", "replaced").order_by("-proposed_at", "-pk")
    return list(rows[:PROMOTIONS])


def promotion_of(promotion_id: int) -> Promotion:
    """Return one proposal; the caller may see models. Raises NotFound."""
    found = Promotion.objects.select_related("version", "replaced").filter(pk=promotion_id).first()
    if found is None:
        raise NotFound
    return found
