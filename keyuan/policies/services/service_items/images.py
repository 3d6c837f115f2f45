"""What an effect changed, value by value, so that a reversal restores exactly that (POL-5, REVERSE)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models

from keyuan.kernel.errors import Refused
from keyuan.policies.models import (
    BenefitDue,
    BenefitOption,
    Coverage,
    Instalment,
    Policy,
    PolicyFund,
    PolicyLoan,
    PolicyParty,
    PolicyService,
    Vehicle,
)

#: Columns that time moves by itself, or that stand for the state of the row; a reversal works them out anew.
DERIVED = frozenset({
    "version", "created_at", "updated_at", "next_clock_on", "in_grace", "in_cooling_off", "next_due_on",
    "next_due_amount", "grace_until", "debit_account", "debit_account_index", "account", "account_index",
})  # fmt: skip
PARTS: dict[str, type[models.Model]] = {
    "parties": PolicyParty, "coverages": Coverage, "instalments": Instalment, "vehicle": Vehicle,
    "service_people": PolicyService,
    "loans": PolicyLoan,
    "option": BenefitOption,
    "benefits": BenefitDue,
    "funds": PolicyFund,
}  # fmt: skip
Row = dict[str, Any]
Picture = dict[str, dict[str, Row]]


def picture(policy: Policy) -> Picture:
    """Return everything of a contract that effects may change, as plain values by part and row."""
    fresh = Policy.objects.get(pk=policy.pk)
    found: Picture = {"policy": {str(policy.pk): _row(fresh)}}
    for part, model in PARTS.items():
        rows = model._default_manager.filter(policy_id=policy.pk)
        found[part] = {str(row.pk): _row(row) for row in rows}
    return found


def _row(instance: models.Model) -> Row:
    return {
        field.attname: _plain(getattr(instance, field.attname))
        for field in instance._meta.concrete_fields
        if field.name not in DERIVED
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def difference(before: Picture, after: Picture) -> dict[str, Any]:
    """Return what differs: changed columns as [before, after], made rows as ids, lost rows whole."""
    found: dict[str, Any] = {}
    for part, rows in after.items():
        was = before.get(part, {})
        changed = {key: _columns(was[key], row) for key, row in rows.items() if key in was and was[key] != row}
        made = sorted(int(key) for key in rows.keys() - was.keys())
        lost = [was[key] for key in sorted(was.keys() - rows.keys(), key=int)]
        if changed or made or lost:
            found[part] = {"changed": changed, "made": made, "lost": lost}
    return found


def _columns(was: Row, row: Row) -> Row:
    return {name: [was[name], value] for name, value in row.items() if was[name] != value}


def restore(policy: Policy, image: Mapping[str, Any], now: datetime) -> list[str]:
    """Put back what ``image`` says was there before; returns the columns of ``policy`` that the caller saves.

    Raises `Refused` request.changed_since where something of it was changed again meanwhile.
    """
    for part, model in PARTS.items():
        if part in image:
            _restore_part(policy, model, image[part], now)
    columns: Row = image.get("policy", {}).get("changed", {}).get(str(policy.pk), {})
    for name, (was, became) in columns.items():
        if _plain(getattr(policy, name)) != became:
            raise Refused("request.changed_since", what=name)
        is_day = isinstance(policy._meta.get_field(name), models.DateField)
        setattr(policy, name, date.fromisoformat(was) if is_day and was is not None else was)
    return list(columns)


def _restore_part(policy: Policy, model: type[models.Model], part: Mapping[str, Any], now: datetime) -> None:
    rows = model._default_manager.filter(policy_id=policy.pk)
    made = rows.filter(pk__in=part["made"])
    if made.count() != len(part["made"]):
        raise Refused("request.changed_since", what=str(model._meta.model_name))
    if model in (PolicyParty, PolicyService):
        # Who held a role keeps standing in the history, with the days from and to which it was so.
        made.update(valid_until=now.date())
    else:
        if model is Instalment and made.exclude(paid_amount=0).exists():
            raise Refused("request.paid_since")
        made.delete()
    for row in part["lost"]:
        model._default_manager.create(**row)
    for key, columns in part["changed"].items():
        if any(_plain(value) != columns[name][1] for name, value in rows.filter(pk=key).values(*columns)[0].items()):
            raise Refused("request.changed_since", what=str(model._meta.model_name))
        rows.filter(pk=key).update(**{name: was for name, (was, _became) in columns.items()})
