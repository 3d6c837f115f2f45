"""Who answers for a model, and from which drift on they are told (ANA-11)."""

from datetime import datetime

from django.db import transaction

from keyuan.analytics import permissions
from keyuan.analytics.models import ModelCard
from keyuan.analytics.services.registry.promoting import require_whole_book
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.selectors.actors import user_names
from keyuan.platform import people
from keyuan.platform.audit import Action, record
from keyuan.platform.locks import hold
from keyuan.platform.subjects import Subject

KIND = "model_card"
#: Bounds of the alarm, thousandths of the index of stability.
LOWEST, HIGHEST = 20, 5000


def save_card(
    *, actor: Actor, key: str, owner_id: int | None, alarm: int, version: int, reason: str, now: datetime
) -> ModelCard:
    """Name the owner of a model and the drift from which on they are told; ``version`` is what was read.

    Raises Refused ``model.owner`` for somebody who does not keep models, ``model.alarm``, ``model.card_reason``,
    ``model.card_same``, Conflict when somebody saved first.
    """
    require_whole_book(actor, permissions.RUN)
    _check(owner_id, alarm, reason)
    name = user_names([owner_id]).get(owner_id, "") if owner_id else ""
    with transaction.atomic():
        hold(f"model {key}")
        card, _new = ModelCard.objects.get_or_create(key=key)
        if card.version != version:
            raise Conflict("conflict", version=card.version)
        before = {"owner": card.owner_name, "alarm": card.alarm}
        if (card.owner_id, card.alarm) == (owner_id, alarm):
            raise Refused("model.card_same")
        card.owner_id, card.owner_name, card.alarm, card.version = owner_id, name[:40], alarm, version + 1
        card.save()
        after = {"owner": card.owner_name, "alarm": card.alarm}
        record(actor, Action.UPDATE, Subject(KIND, card.pk), before=before, after=after, reason=reason.strip(), now=now)
    return card


def _check(owner_id: int | None, alarm: int, reason: str) -> None:
    if not reason.strip():
        raise Refused("model.card_reason", field="reason")
    if not LOWEST <= alarm <= HIGHEST:
        raise Refused("model.alarm", field="alarm", least=LOWEST / 1000, most=HIGHEST / 1000)
    if owner_id is not None and owner_id not in people.holders_of(permissions.RUN):
        raise Refused("model.owner", field="owner")
