"""The queue of policy service requests (POL-5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import (
    BooleanFilter,
    BulkAction,
    Choice,
    ChoiceFilter,
    Column,
    Condition,
    DateRange,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Reason,
    Sort,
    Status,
    TextFilter,
    Toned,
    Verdict,
    View,
)
from keyuan.policies import permissions
from keyuan.policies.models import ServiceRequest
from keyuan.policies.rules.service_items.codes import OPEN, State
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.service_items import requests_visible_to
from keyuan.policies.selectors.service_items.labels import CLOCKS, FACES, ITEMS, STATUSES
from keyuan.policies.services.payments import NOTHING_DUE
from keyuan.policies.services.service_items.deciding import give_back_many, take_many
from keyuan.policies.views.service_items.shown import state_of

ME = "me"
NUMBER = pgettext_lazy("policy service", "Request number")
RECEIVED = pgettext_lazy("policy service", "Received")
AMOUNT = pgettext_lazy("policy service", "Amount (yuan)")
NEW = PageAction(
    label=_("New service request"), url_name="policies:request-create", icon="plus",
    permission=permissions.SERVICE_APPLY, primary=True,
)  # fmt: skip
LIMITS = PageAction(
    label=_("Items and limits"), url_name="policies:request-items", icon="adjustments",
    permission=permissions.SERVICE_LIMITS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extras:
    """Names of policyholders in reach, the day, and who asks."""

    actor: Actor
    today: date
    customers: Mapping[int, str]


def _state(row: ServiceRequest, _extras: Extras) -> Status:
    dot, word = state_of(row)
    return Status(word, dot)


def _left(row: ServiceRequest, extras: Extras) -> Any:
    """Say which limit ends next and how many days are left."""
    if row.status not in OPEN or row.due_on >= NOTHING_DUE:
        return None
    days = (row.due_on - extras.today).days
    words = _("%(days)s days over") % {"days": -days} if days < 0 else _("%(days)s days left") % {"days": days}
    text = f"{words} {CLOCKS.get(row.due_key, '')}"
    tone = "bad" if days < 0 else "warn" if days <= 1 else ""
    return Toned(text, tone) if tone else text


def _check_take(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    del now
    rows = requests_visible_to(actor).filter(pk__in=list(ids), status=State.WAITING)
    fit = set(rows.values_list("pk", flat=True))
    rest = tuple(pk for pk in ids if pk not in fit)
    return Verdict(tuple(pk for pk in ids if pk in fit), (Reason("request.no_such_step", rest),) if rest else ())


def _take(actor: Actor, ids: Sequence[int], _data: Mapping[str, Any], now: datetime) -> Any:
    return take_many(actor, list(ids), now)


def _give_back(actor: Actor, payload: Any, now: datetime) -> int:
    return give_back_many(actor, list(payload), now)


TAKE = BulkAction(
    key="requests-take", label=_("Take for review"), icon="user-check", permission=permissions.SERVICE_REVIEW,
    check=_check_take, run=_take, undo=_give_back,
)  # fmt: skip


class ReviewerFilter(ChoiceFilter):
    """Whose reviews: one's own; in addresses ``me``, so that a shared view shows everybody their own."""

    def conditions(self, _value: Any, context: FilterContext) -> list[Condition]:
        """Compare with the reader."""
        return [Condition(self.field, "exact", context.actor.id or 0, selective=True)]


class ServiceRequestList(ListSpec):
    """Requests in reach, what is due first."""

    key = "service-requests"
    title = _("Policy service requests")
    permission = permissions.VIEW
    url_name = "policies:requests"
    noun = pgettext_lazy("policy service", "requests")
    columns = (
        Column(key="no", label=NUMBER, value="request_no", first=True, kind="link", width=144),
        Column(key="item", label=_("Item"), value=lambda row, _x: ITEMS[row.item], width=150, phone=True),
        Column(key="state", label=_("State"), value=_state, kind="status", width=140, phone=True),
        Column(
            key="holder", label=_("Policyholder"), width=110, phone=True,
            value=lambda row, extras: extras.customers.get(row.customer_id or 0, ""),
        ),
        Column(
            key="policy", label=_("Policy number"), width=150,
            value=lambda row, extras: policy_number(extras.actor, row.policy),
        ),
        Column(key="amount", label=AMOUNT, value=lambda row, _x: row.amount or None, kind="money",
               width=120),
        Column(key="due", label=_("Next deadline"), value=_left, width=210, sort="due"),
        Column(key="face", label=_("Came in by"), value=lambda row, _x: FACES[row.face], width=90, low_priority=True),
        Column(key="reviewer", label=_("Reviewed by"), value="reviewer_name", width=100, low_priority=True),
        Column(key="enterer", label=_("Taken in by"), value="entered_by_name", width=100, low_priority=True),
        Column(key="received", label=RECEIVED, value="received_at", kind="moment", sort="new", width=144),
    )  # fmt: skip
    filters = (
        TextFilter(key="no", label=NUMBER, field="request_no", primary=True),
        ChoiceFilter(
            key="status", label=_("State"), field="status", primary=True, dense=True,
            choices=tuple(Choice(code, words[1]) for code, words in STATUSES.items()),
        ),
        ChoiceFilter(
            key="item", label=_("Item"), field="item", primary=True,
            choices=tuple(Choice(code, word) for code, word in ITEMS.items()),
        ),
        BooleanFilter(
            key="approval", label=pgettext_lazy("policy service", "Waits for approval"), field="awaits_approval",
            only_true=True,
        ),
        ReviewerFilter(
            key="reviewer", label=_("Reviewed by"), field="reviewer_id", choices=(Choice(ME, _("Me")),), multiple=False
        ),
        DateRange(key="due", label=_("Next deadline"), field="due_on"),
    )  # fmt: skip
    sorts = (
        Sort(key="due", label=_("Next deadline"), field="due_on"),
        Sort(key="new", label=RECEIVED, field="received_at", descending=True),
    )
    default_sort = "due"
    views = (
        View(key="open", label=_("Under way"), query="status=ACCEPTED&status=WAITING&status=REVIEWING&sort=due"),
        View(key="waiting", label=_("Waiting for review"), query="status=WAITING&sort=due"),
        View(key="mine", label=_("My reviews"), query="status=REVIEWING&reviewer=me&sort=due"),
        View(key="papers", label=_("Papers missing"), query="status=ACCEPTED&sort=due"),
        View(key="approval", label=_("To be approved"), query="approval=1&sort=due"),
        View(key="all", label=_("All"), query="sort=-new"),
    )
    bulk_actions = (TAKE,)
    page_actions = (NEW, LIMITS)
    empty = Empty(
        title=_("No service requests yet"),
        text=_("Take one in for a policy: choose what changes, fill in the form, add the papers."),
        action=NEW,
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[ServiceRequest]]:
        """Return the requests in reach."""
        return [requests_visible_to(actor).select_related("policy")]

    def prepare(self, actor: Actor, rows: Sequence[ServiceRequest], _context: FilterContext) -> Extras:
        """Load the names of policyholders."""
        ids = [row.customer_id for row in rows if row.customer_id]
        return Extras(actor, clock.today(), customer_labels(actor, ids, now=clock.now()))

    def row_url(self, row: ServiceRequest) -> str:
        """Return the request's page."""
        return reverse("policies:request", args=[row.pk])

    def row_class(self, row: ServiceRequest) -> str:
        """Mark what is overdue."""
        return "edge-bad" if row.status in OPEN and row.due_on < clock.today() else ""
