"""Keeping answers of the questionnaire, step by step (ANA-8)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from keyuan.analytics import permissions
from keyuan.analytics.models import GapSheet
from keyuan.analytics.selectors.gap import edition_on
from keyuan.analytics.selectors.gap.known import may_use_means
from keyuan.customers.models import Customer
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold
from keyuan.policies.rules.gap.questions import PRIVATE, checked

KIND = "gap_sheet"


def save_answers(
    *, actor: Actor, customer_id: int, values: Mapping[str, Any], told: bool, version: int, now: datetime
) -> GapSheet:
    """Keep answers of today; ``told``: the customer was told what they are for and agrees. Other answers stay.

    Sending the same step twice changes nothing. Raises `NotFound` out of reach, `Refused` gap.no_person,
    `Invalid` with each wrong answer, gap.not_told for means without agreement, `Conflict` when somebody else saved
    since ``version`` (0: nothing was stored).
    """
    actor.require(permissions.GAP_ASK)
    customer = access_person(actor, customer_id, now=now)
    today = timezone.localdate(now)
    kept = {key: {"v": value, "on": today.isoformat()} for key, value in _checked(values, now).items()}
    _number, assumed = edition_on(today)
    with transaction.atomic():
        hold(f"gap sheet {customer.pk}")
        sheet = GapSheet.objects.select_for_update().filter(customer=customer).first()
        if not told and not may_use_means(customer.pk, sheet, assumed.stale_months, today) and PRIVATE & set(kept):
            raise Refused("gap.not_told", field="told")
        if sheet is not None and _holds(sheet, kept, told, today.isoformat()):
            return sheet
        if version != (sheet.version if sheet else 0):
            raise Conflict("conflict", version=sheet.version if sheet else 0)
        sheet = sheet or GapSheet(customer=customer, version=0)
        sheet.answers = {**sheet.answers, **kept}
        sheet.told_on = today if told else sheet.told_on
        sheet.version += 1
        sheet.updated_at, sheet.updated_by_id, sheet.updated_by_name = now, actor.id, actor.name[:40]
        sheet.save()
        # Which questions, never what was answered: the trail is read by more people than incomes are.
        detail = {"questions": sorted(kept), "told": told}
        record(actor, Action.UPDATE, Subject(KIND, sheet.pk), detail=detail, customer_id=customer.pk, now=now)
    return sheet


def access_person(actor: Actor, customer_id: int, *, now: datetime) -> Customer:
    """Return a living person whom the actor sees. Raises `NotFound`, `Refused` gap.no_person."""
    customer = access_customer(actor, customer_id, now=now)
    if customer.kind != Customer.Kind.PERSON or customer.status != Customer.Status.ACTIVE:
        raise Refused("gap.no_person")
    return customer


def _holds(sheet: GapSheet, kept: Mapping[str, Any], told: bool, today: str) -> bool:
    is_told = not told or (sheet.told_on is not None and sheet.told_on.isoformat() == today)
    return is_told and all(sheet.answers.get(key) == one for key, one in kept.items())


def _checked(values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    found, wrong = {}, list[Refused]()
    for key, value in values.items():
        try:
            found[key] = checked(key, value, timezone.localdate(now))
        except Refused as error:
            wrong.append(error)
    if wrong:
        raise Invalid(wrong)
    return found
