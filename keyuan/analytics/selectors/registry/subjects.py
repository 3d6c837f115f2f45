"""Versions of models and their cards as the trail names and guards them (ANA-11)."""

from keyuan.analytics.models import ModelCard, ModelVersion
from keyuan.analytics.selectors.registry.versions import versions_visible_to
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def named_versions(actor: Actor, ids: list[int]) -> dict[int, tuple[str, int]]:
    """Return key and number of versions in sight, by id."""
    rows = versions_visible_to(actor).filter(pk__in=ids).values_list("pk", "key", "number")
    return {pk: (key, number) for pk, key, number in rows}


def place_of_version(version_id: int) -> tuple[str, int] | None:
    """Return key and number of a version, for its address."""
    return ModelVersion.objects.filter(pk=version_id).values_list("key", "number").first()


def named_cards(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the keys of cards in sight, by id."""
    keys = versions_visible_to(actor).filter(number=1).order_by().values("key")
    return dict(ModelCard.objects.filter(pk__in=ids, key__in=keys).values_list("pk", "key"))


def key_of_card(card_id: int) -> str | None:
    """Return the key of a card, for its address."""
    return ModelCard.objects.filter(pk=card_id).values_list("key", flat=True).first()


def access_version(actor: Actor, version_id: int) -> int:
    """Return a version's id. Raises NotFound out of sight."""
    if version_id not in named_versions(actor, [version_id]):
        raise NotFound
    return version_id


def access_card(actor: Actor, card_id: int) -> int:
    """Return a card's id. Raises NotFound out of sight."""
    if card_id not in named_cards(actor, [card_id]):
        raise NotFound
    return card_id
