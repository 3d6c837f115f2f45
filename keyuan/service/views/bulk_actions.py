"""What can be done to many orders at once: handing them on, pressing for them (SRV-3)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform.choosing import offer
from keyuan.platform.lists import BulkAction, Reason, Verdict
from keyuan.service import permissions
from keyuan.service.forms.orders import TransferForm
from keyuan.service.rules import machine
from keyuan.service.selectors import finding
from keyuan.service.selectors.desks import desks
from keyuan.service.selectors.orders import orders_visible_to
from keyuan.service.services import claiming


def _sorted(actor: Actor, ids: Sequence[int], now: datetime, states: frozenset[str]) -> Verdict:
    rows = orders_visible_to(actor, now=now).filter(pk__in=list(ids)).values_list("pk", "status")
    fit = {pk for pk, status in rows if status in states}
    rest = tuple(pk for pk in ids if pk not in fit)
    return Verdict(tuple(pk for pk in ids if pk in fit), (Reason("order.moved_on", rest),) if rest else ())


def _can_go(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    states = {move.source for move in machine.MOVES if move.act == machine.TRANSFER}
    return _sorted(actor, ids, now, frozenset(states))


def _is_open(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    return _sorted(actor, ids, now, machine.OPEN)


def _hand_on(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    user_id, desk_id = int(data["user"] or 0) or None, int(data["desk"] or 0) or None
    handed = claiming.hand_on(
        actor=actor, order_ids=ids, user_id=user_id, desk_id=desk_id, reason=data["reason"], now=now
    )
    return [asdict(place) for place in handed]


def _take_back(actor: Actor, payload: Any, now: datetime) -> int:
    return claiming.take_back(actor=actor, handed=[claiming.Handed(**place) for place in payload], now=now)


def _chase(actor: Actor, ids: Sequence[int], _data: Mapping[str, Any], now: datetime) -> None:
    for pk in ids:
        claiming.chase(actor=actor, order_id=pk, now=now)


def _form(_actor: Actor, data: Any) -> forms.Form:
    form = TransferForm(data)
    offer(form, "user", finding.seated_people(), or_nothing=True)
    offer(form, "desk", ((desk.pk, desk.name) for desk in desks()), or_nothing=True)
    return form


HAND_ON = BulkAction(
    key="order-transfer", label=_("Hand on"), icon="user-share", permission=permissions.SUPERVISE, check=_can_go,
    run=_hand_on, undo=_take_back, form=_form,
)  # fmt: skip
CHASE = BulkAction(
    key="order-chase", label=pgettext_lazy("work order", "Press for it"), icon="bell", permission=permissions.VIEW,
    check=_is_open, run=_chase,
)  # fmt: skip
