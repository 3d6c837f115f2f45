"""Columns of the customer list that are edited in their cell."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from keyuan.customers import permissions
from keyuan.customers.forms.display import EDITORS, OPTIONS, raw_value, shown_value
from keyuan.customers.forms.fields import parse_field
from keyuan.customers.selectors import access_customer, labels
from keyuan.customers.services.archive import change_field
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict
from keyuan.platform.lists import CellValue, Column, InlineEdit


def _cell(actor: Actor, customer: Any, field: str) -> CellValue:
    raw = raw_value(customer, field)
    return CellValue(shown_value(actor, customer, field) or "--", raw, raw)


def _saver(field: str) -> Callable[..., CellValue]:
    def save(*, actor: Actor, row_id: int, value: str, version: str, now: datetime) -> CellValue:
        """Save the field; ``version`` is the value that the editor saw."""
        wanted, seen = parse_field(field, value), parse_field(field, version)
        try:
            customer = change_field(actor=actor, customer_id=row_id, field=field, value=wanted, seen=seen, now=now)
        except Conflict as error:
            there = _cell(actor, access_customer(actor, row_id, now=now), field)
            raise Conflict(error.code, theirs=there.shown, raw=there.raw, version=there.version) from error
        return _cell(actor, customer, field)

    return save


def editable_column(field: str, **more: Any) -> Column:
    """Return a column of the archive's ``field``, hidden until somebody chooses it, edited in place where permitted.

    The list's extras must have ``actor`` and ``profiles``.
    """
    label, kind = EDITORS[field]
    options = labels.choices_of(OPTIONS[field]) if field in OPTIONS else []
    edit = InlineEdit(
        permission=permissions.EDIT,
        raw=lambda row, extras: raw_value(extras.profiles[row.pk], field),
        version=lambda row, extras: raw_value(extras.profiles[row.pk], field),
        save=_saver(field),
        kind=kind,
        options=(lambda _actor: options) if options else None,
    )
    return Column(
        key=field.replace("_", "-"),
        label=label,
        value=lambda row, extras: shown_value(extras.actor, extras.profiles[row.pk], field),
        default=False,
        editable=edit,
        **more,
    )
