"""Windows and motor tariffs: configurable data, changed by head office (POL-4; domain.md §A.11)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import ProductKind
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.policies import permissions
from keyuan.policies.models import MotorTariff, RenewalWindow
from keyuan.policies.rules.renewals.motor import Tariff, to_json
from keyuan.policies.rules.renewals.windows import Window

NAMES = ("opens", "quotes", "calls", "lapses", "validity")


def save_window(*, actor: Actor, kind: str, window: Window, version: int, now: datetime) -> RenewalWindow:
    """Set the days of one product kind ("" for all without their own); chances that are open keep their days.

    Raises `Invalid` with every number that is out of bounds, motor calls before 40 days among them; `Conflict`.
    """
    actor.require(permissions.RENEWAL_RULES)
    if kind and kind not in set(ProductKind):
        raise Refused("renewal.kind", field="kind")
    wrong = window.problems(kind)
    if wrong:
        raise Invalid([Refused(code, field=name, most=most) for name, code, most in wrong])
    values = {name: getattr(window, name) for name in NAMES}
    with transaction.atomic():
        row = RenewalWindow.objects.select_for_update().filter(kind=kind).first()
        if (row.version if row else 0) != version:
            raise Conflict("conflict", version=row.version if row else 0)
        before = {name: getattr(row, name) for name in NAMES} if row else {}
        row = row or RenewalWindow(kind=kind, version=0)
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        row.changed_by_name, row.changed_at = actor.name[:40], now
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise Conflict("conflict", version=1) from None
        subject = Subject("renewal_window", row.pk)
        record(actor, Action.UPDATE, subject, before=before, after={**values, "kind": kind}, now=now)
    return row


def add_tariff(*, actor: Actor, valid_from: date, tariff: Tariff, note: str, now: datetime) -> MotorTariff:
    """Add a tariff from a day on; what prices today or did before never changes.

    Raises `Refused` tariff.in_past, tariff.same_day, and `Invalid` with every number that cannot be.
    """
    actor.require(permissions.RENEWAL_RULES)
    if valid_from < now.date():
        raise Refused("tariff.in_past", field="valid_from")
    wrong = tariff.problems()
    if wrong:
        raise Invalid([Refused("tariff.number", field=name) for name in wrong])
    with transaction.atomic():
        if MotorTariff.objects.filter(valid_from=valid_from).exists():
            raise Refused("tariff.same_day", field="valid_from")
        try:
            with transaction.atomic():
                row = MotorTariff.objects.create(
                    valid_from=valid_from, data=to_json(tariff), note=note.strip()[:200],
                    made_by_name=actor.name[:40], made_at=now,
                )  # fmt: skip
        except IntegrityError:
            raise Refused("tariff.same_day", field="valid_from") from None
        after = {"valid_from": valid_from.isoformat(), "note": row.note}
        record(actor, Action.CREATE, Subject("motor_tariff", row.pk), after=after, now=now)
    return row
