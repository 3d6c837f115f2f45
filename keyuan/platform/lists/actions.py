"""Bulk actions: what can be done to many rows at once, with a check before and an undo after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django import forms

from keyuan.kernel.actor import Actor

#: How long after a run its undo is offered, unless the action says otherwise.
UNDO_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows do not qualify: a code of `keyuan.platform.wording` with parameters, and the rows."""

    code: str
    ids: tuple[int, ...]
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which of the asked rows qualify, in the order asked, and why the others do not."""

    ok_ids: tuple[int, ...]
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """One action on many rows.

    ``check(actor, ids, now)`` sorts the rows into qualifying and refused ones; rows out of reach count as refused.
    ``run(actor, ids, data, now)`` changes at most 1,000 qualifying rows in the caller's transaction and returns
    what ``undo(actor, payload, now)`` needs, as JSON; without ``undo`` the action cannot be taken back.
    ``form(actor, data)`` builds the form that asks for the details; its cleaned data must be JSON.
    ``danger`` marks what the user cannot take back.
    """

    key: str
    label: Any
    icon: str
    permission: str
    check: Callable[[Actor, Sequence[int], datetime], Verdict]
    run: Callable[[Actor, Sequence[int], Mapping[str, Any], datetime], Any]
    undo: Callable[[Actor, Any, datetime], int] | None = None
    form: Callable[[Actor, Any], forms.Form] | None = None
    consequence: Any = ""
    danger: bool = False
    undo_within: timedelta = UNDO_WITHIN
