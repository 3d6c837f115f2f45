"""What segments add to the list of customers: a filter, and a segment made of ticked rows (CUS-6)."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors.segments.members import FEW, kept_count, members_of
from keyuan.customers.selectors.segments.reading import listed_segments
from keyuan.customers.services.segments.picking import add_picked, drop_picked
from keyuan.customers.services.segments.saving import NAME_LENGTH
from keyuan.customers.views.bulk_actions import check_living
from keyuan.kernel.actor import Actor
from keyuan.platform.lists import BulkAction, Choice, ChoiceFilter, FilterContext, PageAction

Rows = QuerySet[CustomerSummary]


def _offered(actor: Actor) -> list[Choice]:
    return [Choice(str(pk), name) for pk, name in listed_segments(actor)]


def _within(rows: Rows, value: tuple[str, ...], context: FilterContext) -> Rows:
    """Keep the members: few are gathered by their own index, many are met along the order of the list."""
    known = {choice.value for choice in _offered(context.actor)}
    segment_id = int(value[0]) if value[0] in known else 0
    members = members_of(segment_id)
    if kept_count(segment_id) <= FEW:
        return rows.filter(pk__in=members.values("customer_id"))
    return rows.filter(Exists(members.filter(customer_id=OuterRef("pk"))))


SEGMENT_FILTER = ChoiceFilter(
    key="segment",
    label=_("Segment"),
    choices=_offered,
    multiple=False,
    permission=permissions.SEGMENTS,
    apply=_within,
)
SAVE_AS_SEGMENT = PageAction(
    label=_("Build a segment from this"),
    url_name="customers:segment-create",
    icon="filter",
    permission=permissions.SEGMENTS,
    filtered=True,
)


class PickForm(forms.Form):
    """The name of the segment that the ticked customers make."""

    name = forms.CharField(label=_("Name of the segment"), max_length=NAME_LENGTH)

    def clean(self) -> dict[str, Any]:
        """Add what tells one press from another, for all chunks alike."""
        return {**(super().clean() or {}), "token": secrets.token_hex(16)}


def _pick_form(_actor: Actor, data: Any) -> PickForm:
    return PickForm(data)


def _pick(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return add_picked(actor=actor, customer_ids=ids, name=data["name"], token=data["token"], now=now)


def _unpick(actor: Actor, payload: Mapping[str, Any], now: datetime) -> int:
    return drop_picked(actor=actor, segment_id=payload["segment"], customer_ids=payload["ids"], now=now)


MAKE_SEGMENT = BulkAction(
    key="segment",
    label=_("Make a segment"),
    icon="filter",
    permission=permissions.SEGMENTS,
    check=check_living,
    run=_pick,
    undo=_unpick,
    form=_pick_form,
    consequence=_("The customers ticked become a frozen segment of yours."),
)
