"""Versions of models and their cards as subjects of the trail (ANA-11)."""

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from keyuan.analytics.forms.registry.words import model_name
from keyuan.analytics.selectors.registry.subjects import (
    access_card,
    access_version,
    key_of_card,
    named_cards,
    named_versions,
    place_of_version,
)
from keyuan.analytics.services.registry import carding, recording
from keyuan.kernel.actor import Actor
from keyuan.platform.subjects import SubjectKind, subject_kinds


def _labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    return {pk: f"{model_name(key)} {number}" for pk, (key, number) in named_versions(actor, ids).items()}


def _address(version_id: int) -> str:
    place = place_of_version(version_id)
    return reverse("analytics:model-version", args=place) if place else reverse("analytics:models")


def _card_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    return {pk: str(model_name(key)) for pk, key in named_cards(actor, ids).items()}


def _card_address(card_id: int) -> str:
    key = key_of_card(card_id)
    return reverse("analytics:model", args=[key]) if key else reverse("analytics:models")


def register() -> None:
    """Tell the trail how they are called."""
    version, card = pgettext_lazy("model", "Version of a model"), pgettext_lazy("model", "Model")
    subject_kinds.add(SubjectKind(recording.KIND, version, _labels, _address, access_version))
    subject_kinds.add(SubjectKind(carding.KIND, card, _card_labels, _card_address, access_card))
