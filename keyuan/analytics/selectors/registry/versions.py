"""Versions of models: the one that scores the book, the one compared with it, all of them (ANA-11)."""

from django.db.models import QuerySet

from keyuan.analytics import permissions
from keyuan.analytics.models import ModelCard, ModelVersion
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound

Status = ModelVersion.Status


def champion(key: str) -> ModelVersion | None:
    """Return the version that scores the book; None before the first fit."""
    return ModelVersion.objects.filter(key=key, status=Status.CHAMPION).first()


def challenger(key: str) -> ModelVersion | None:
    """Return the newest version that is compared with the champion; None where there is none."""
    return ModelVersion.objects.filter(key=key, status=Status.CHALLENGER).first()


def versions_visible_to(actor: Actor) -> QuerySet[ModelVersion]:
    """The versions, the newest first; they tell of the book as a whole and of no customer."""
    if not actor.may(permissions.VIEW):
        return ModelVersion.objects.none()
    return ModelVersion.objects.order_by("key", "-number")


def version_of(actor: Actor, key: str, number: int) -> ModelVersion:
    """Return one version. Raises NotFound."""
    found = versions_visible_to(actor).select_related("run").filter(key=key, number=number).first()
    if found is None:
        raise NotFound
    return found


def card_of(key: str) -> ModelCard:
    """Return who answers for a model and its alarm; as the system came where nobody has set them."""
    return ModelCard.objects.filter(key=key).first() or ModelCard(key=key)
