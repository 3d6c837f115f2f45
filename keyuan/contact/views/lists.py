"""The lists of contacting: permits, refusals, reservations, over-used and never-used customers (MKT-9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.contact import permissions
from keyuan.contact.forms.asking import ReserveForm
from keyuan.contact.forms.standing import why_of
from keyuan.contact.models import ContactBudget, DoNotContact, Permit, Reservation
from keyuan.contact.rules.purposes import Terms
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.budgets import budget_sources
from keyuan.contact.selectors.permits import permit_sources
from keyuan.contact.selectors.refusals import refusal_sources
from keyuan.contact.selectors.reservations import reservation_sources
from keyuan.contact.selectors.terms import purposes
from keyuan.contact.services.reservations import reserve_customers, withdraw_reservations
from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors import summaries_visible_to, summary_sources, visible_among
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_names
from keyuan.organisation.selectors.units import unit_names
from keyuan.platform import clock
from keyuan.platform.audit.labels import program_name
from keyuan.platform.lists import (
    Badge,
    BulkAction,
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    MomentRange,
    NumberRange,
    Reason,
    Sort,
    Status,
    Verdict,
    View,
    choices_of,
)


@dataclass(frozen=True, slots=True)
class Extras:
    """What columns need besides the rows: whom they are about, names of units and purposes."""

    actor: Actor
    today: date
    customers: Mapping[int, CustomerSummary]
    units: Mapping[int, str] = field(default_factory=dict)
    terms: Mapping[str, Terms] = field(default_factory=dict)


def extras_of(actor: Actor, rows: Sequence[Any], context: FilterContext) -> Extras:
    """Load what the rows need in a constant number of queries."""
    visible = summaries_visible_to(actor, now=clock.now()).filter(pk__in={row.customer_id for row in rows})
    units = unit_names(getattr(row, "unit_id", None) for row in rows)
    return Extras(actor, context.today, {row.pk: row for row in visible}, units, purposes())


def _customer(row: Any, extras: Extras) -> Link | str:
    summary = extras.customers.get(row.customer_id)
    return Link(customer_label(extras.actor, summary), customer_url(row.customer_id)) if summary else ""


def _channel(row: Any, _extras: Extras) -> Badge:
    return Badge(labels.channel_name(row.contact_channel))


def _purpose(row: Permit, extras: Extras) -> str:
    terms = extras.terms.get(row.purpose)
    return labels.purpose_name(terms) if terms else row.purpose


def _who(row: Any, _extras: Any) -> str:
    return program_name(row.staff_name)


def _state(row: Permit, _extras: Extras) -> Status:
    word, tone = labels.STATES[row.state]
    return Status(word, tone)


ASKED = MomentRange(
    key="on", label=_("Asked on"), field="asked_at", primary=True,
    presets=(
        ("today", "today", _("Today")),
        ("today-6", "today", _("Last 7 days")),
        ("today-29", "today", _("Last 30 days")),
    ),
)  # fmt: skip
CHANNEL = ChoiceFilter(
    key="channel", label=_("Channel"), field="contact_channel", choices=choices_of(labels.CHANNELS), dense=True
)


def _purpose_choices(_actor: Actor) -> list[Choice]:
    return [Choice(key, labels.purpose_name(terms)) for key, terms in purposes().items() if terms.is_contact]


class PermitList(ListSpec):
    """Who asked to contact whom, and what the answer was, newest first."""

    key = "permits"
    title = _("Contact permits")
    permission = permissions.VIEW
    url_name = "contact:permit-list"
    noun = _("permits")
    columns = (
        Column(key="when", label=_("Asked on"), value="asked_at", kind="moment", width=144, sort="when", first=True),
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=112, phone=True),
        Column(key="state", label=_("Permit's answer"), value=_state, kind="status", width=104, phone=True),
        Column(key="why", label=_("Why not"), value=lambda row, _extras: why_of(row), width=240),
        Column(key="channel", label=_("Channel"), value=_channel, kind="badge", width=88),
        Column(key="purpose", label=_("What for"), value=_purpose, width=128),
        Column(key="next", label=_("Possible from"), value="next_at", kind="moment", width=144, low_priority=True),
        Column(key="unit", label=_("Unit"), value=lambda row, extras: extras.units.get(row.unit_id), width=128),
        Column(key="staff", label=_("Who"), value=_who, width=96, low_priority=True),
        Column(key="campaign", label=_("Campaign"), value="campaign", width=112, default=False),
        Column(key="good", label=_("Good until"), value="expires_at", kind="moment", width=144, default=False),
    )
    filters = (
        ASKED,
        ChoiceFilter(
            key="state", label=_("Permit's answer"), field="state", dense=True, primary=True,
            choices=tuple(Choice(code, word) for code, (word, _tone) in labels.STATES.items()),
        ),
        ChoiceFilter(
            key="reason", label=_("Why not"), field="reason", choices=choices_of(labels.REASONS), dense=True,
            primary=True,
        ),
        CHANNEL,
        ChoiceFilter(key="purpose", label=_("What for"), field="purpose", choices=_purpose_choices, dense=True),
    )  # fmt: skip
    sorts = (Sort(key="when", label=_("Asked on"), field="asked_at", descending=True),)
    default_sort = "-when"
    views = (
        View(key="all", label=_("All asks")),
        View(key="open", label=_("Permitted, still open"), query="state=GRANTED&sort=-when"),
        View(key="refused", label=_("Not permitted"), query="state=REFUSED&sort=-when"),
        View(key="budget", label=_("Budget used up"), query="reason=over_budget&sort=-when"),
        View(key="today", label=_("Today"), query="on.from=today&on.to=today&sort=-when"),
    )
    empty = Empty(
        title=_("Nobody has asked yet"),
        text=_("Every outgoing contact asks for a permit; asks and answers appear here."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Return the asks about customers in reach."""
        return permit_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[Permit], context: FilterContext) -> Extras:
        """Load whom the rows are about."""
        return extras_of(actor, rows, context)

    def row_url(self, row: Permit) -> str:
        """Return the customer's consents and contacts."""
        return f"{customer_url(row.customer_id)}?tab=contact"

    def panel_url(self, row: Permit) -> str:
        """Return the customer beside the list."""
        return f"{customer_url(row.customer_id)}?panel=1"


def _whom(row: DoNotContact, extras: Extras) -> Link | str:
    if row.customer_id is None:
        return str(row.phone or "")
    return _customer(row, extras)


def _binds(row: DoNotContact, extras: Extras) -> Status:
    if row.lifted_at is not None:
        return Status(_("Ended early"), "off")
    return Status(_("Binds"), "bad") if row.until >= extras.today else Status(_("Term over"), "off")


class RefusalList(ListSpec):
    """Who does not want to be contacted, how, and until when."""

    key = "refusals"
    title = _("Do-not-contact list")
    permission = permissions.VIEW
    url_name = "contact:refusal-list"
    noun = _("refusals")
    columns = (
        Column(key="customer", label=_("Customer or number"), value=_whom, kind="link", width=136, first=True),
        Column(key="state", label=_("State"), value=_binds, kind="status", width=96, phone=True),
        Column(key="until", label=_("Binds until"), value="until", kind="date", width=112, sort="until", phone=True),
        Column(key="channel", label=_("Channel"), value=_channel, kind="badge", width=96),
        Column(
            key="scope", label=_("What was refused"), width=168,
            value=lambda row, _extras: labels.label_of(labels.SCOPES, row.scope),
        ),
        Column(key="said", label=_("Said"), value="refused_at", kind="moment", width=144, sort="said"),
        Column(
            key="source", label=_("How it was said"), width=120, low_priority=True,
            value=lambda row, _extras: labels.label_of(labels.SOURCES, row.source),
        ),
        Column(key="words", label=_("In the customer's words"), value="words", width=200, low_priority=True),
        Column(key="staff", label=_("Recorded by"), value="recorded_by", width=96, low_priority=True),
        Column(key="ended", label=_("Why ended early"), value="lift_reason", width=160, default=False),
    )  # fmt: skip
    filters = (
        DateRange(
            key="until", label=_("Binds until"), field="until", primary=True,
            presets=(("today", "today+30", _("Ends in 30 days")), ("", "today-1", _("Term over"))),
        ),
        CHANNEL,
        ChoiceFilter(
            key="scope", label=_("What was refused"), field="scope", choices=choices_of(labels.SCOPES), dense=True,
            primary=True,
        ),
    )  # fmt: skip
    sorts = (
        Sort(key="said", label=_("Said"), field="refused_at", descending=True),
        Sort(key="until", label=_("Binds until"), field="until"),
    )
    default_sort = "-said"
    views = (
        View(key="binding", label=_("Binding"), query="until.from=today&sort=until"),
        View(key="all", label=_("All, also those over"), query="sort=-said"),
        View(key="ending", label=_("Ends in 30 days"), query="until.from=today&until.to=today+30&sort=until"),
    )
    empty = Empty(
        title=_("Nobody has refused"), text=_("Refusals are written down on a customer's page, or imported as a list.")
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Return the refusals of customers in reach."""
        return refusal_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[DoNotContact], context: FilterContext) -> Extras:
        """Load whom the rows are about."""
        return extras_of(actor, rows, context)

    def row_url(self, row: DoNotContact) -> str:
        """Return the customer's consents and refusals."""
        return f"{customer_url(row.customer_id)}?tab=contact" if row.customer_id else ""

    def panel_url(self, row: DoNotContact) -> str:
        """Return the customer beside the list."""
        return f"{customer_url(row.customer_id)}?panel=1" if row.customer_id else ""


def _kept(row: Reservation, _extras: Extras) -> Status:
    if row.released_at is not None:
        return Status(_("Released"), "off")
    return Status(_("Kept"), "accent") if row.until > clock.now() else Status(_("Term over"), "off")


class ReservationList(ListSpec):
    """Customers that are kept for a unit or a post."""

    key = "reservations"
    title = _("Reserved customers")
    permission = permissions.VIEW
    url_name = "contact:reservation-list"
    noun = _("reservations")
    columns = (
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=136, first=True),
        Column(key="state", label=_("State"), value=_kept, kind="status", width=96, phone=True),
        Column(key="until", label=_("Kept until"), value="until", kind="moment", width=144, sort="until", phone=True),
        Column(key="holder", label=_("Kept for"), value="holder_name", width=180),
        Column(key="reason", label=_("What for"), value="reason", width=220),
        Column(key="since", label=_("Kept since"), value="starts_at", kind="moment", width=144, low_priority=True),
        Column(key="staff", label=_("Who"), value=_who, width=96, low_priority=True),
    )
    filters = ()
    sorts = (Sort(key="until", label=_("Kept until"), field="until", descending=True),)
    default_sort = "-until"
    views = (View(key="all", label=_("All reservations")),)
    empty = Empty(
        title=_("No customer is reserved"), text=_("Choose customers in the list of the never-used and reserve them.")
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Return the reservations of customers in reach."""
        return reservation_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[Reservation], context: FilterContext) -> Extras:
        """Load whom the rows are about."""
        return extras_of(actor, rows, context)

    def row_url(self, row: Reservation) -> str:
        """Return the customer's page."""
        return f"{customer_url(row.customer_id)}?tab=contact"


class OverusedList(ListSpec):
    """Customers who were contacted, or asked for, most of late."""

    key = "overused"
    title = _("Most contacted customers")
    permission = permissions.STATISTICS
    url_name = "contact:overused-list"
    columns = (
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=136, first=True),
        Column(
            key="granted", label=_("Contacts in 30 days"), value="granted", kind="number", width=128, sort="granted",
            phone=True,
        ),
        Column(
            key="refused", label=_("Refused in 30 days"), value="refused", kind="number", width=128, sort="refused",
            phone=True,
        ),
        Column(key="last", label=_("Last asked"), value="last_at", kind="moment", width=144),
        Column(
            key="agent", label=_("Served by"), width=112,
            value=lambda row, _extras: agent_names([row.servicing_agent_id]).get(row.servicing_agent_id or 0, ""),
        ),
    )  # fmt: skip
    filters = (
        NumberRange(key="granted", label=_("Contacts in 30 days"), field="granted", primary=True),
        NumberRange(key="refused", label=_("Refused in 30 days"), field="refused", primary=True),
    )
    sorts = (
        Sort(key="granted", label=_("Contacts in 30 days"), field="granted", descending=True),
        Sort(key="refused", label=_("Refused in 30 days"), field="refused", descending=True),
    )
    default_sort = "-granted"
    views = (
        View(key="granted", label=_("Most contacted"), query="granted.from=1&sort=-granted"),
        View(key="refused", label=_("Most refused"), query="refused.from=1&sort=-refused"),
    )
    empty = Empty(title=_("Nobody was contacted of late"), text=_("The figures are counted every night."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Return the budgets of customers in reach."""
        return budget_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[ContactBudget], context: FilterContext) -> Extras:
        """Load whom the rows are about."""
        agent_names(row.servicing_agent_id for row in rows)
        return extras_of(actor, rows, context)

    def row_url(self, row: ContactBudget) -> str:
        """Return the customer's consents and contacts."""
        return f"{customer_url(row.customer_id)}?tab=contact"


def reserve_form(_actor: Actor, data: Any) -> ReserveForm:
    """Return the form that asks for a reservation."""
    return ReserveForm(data, today=clock.today())


def _check_free(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    seen = visible_among(actor, ids, now=now)
    return Verdict(tuple(seen), _out_of_reach(ids, set(seen)))


def _out_of_reach(ids: Sequence[int], seen: set[int]) -> tuple[Reason, ...]:
    gone = tuple(pk for pk in ids if pk not in seen)
    return (Reason("permit.reason.not_found", gone),) if gone else ()


def _reserve(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[int]:
    until = clock.start_of(date.fromisoformat(data["until"]) + timedelta(days=1))
    return reserve_customers(
        actor=actor, customer_ids=ids, until=until, reason=data["reason"], for_post=data["for_post"], now=now
    )


def _release(actor: Actor, payload: list[int], now: datetime) -> int:
    return withdraw_reservations(actor=actor, reservation_ids=payload, now=now)


RESERVE = BulkAction(
    key="reserve", label=_("Reserve"), icon="lock", permission=permissions.RESERVE, check=_check_free, run=_reserve,
    undo=_release, form=reserve_form,
    consequence=_("Other units may not sell to these customers until the term is over; service goes on."),
)  # fmt: skip


class UnusedList(ListSpec):
    """Customers with a usable phone whom nobody contacted for long, or never."""

    key = "unused"
    title = _("Never-used customers")
    permission = permissions.STATISTICS
    url_name = "contact:unused-list"
    columns = (
        Column(
            key="customer", label=_("Customer"), width=136, first=True,
            value=lambda row, extras: customer_label(extras.actor, row),
        ),
        Column(
            key="contact", label=_("Last contact"), value="last_contact_on", kind="date", width=120, sort="contact",
            phone=True,
        ),
        Column(key="policies", label=_("Policies"), value="policies_in_force", kind="number", width=80),
        Column(
            key="premium", label=_("Annual premium (CNY)"), value="annual_premium", kind="money", width=132,
            sort="premium", phone=True,
        ),
        Column(
            key="agent", label=_("Served by"), width=112,
            value=lambda row, _extras: agent_names([row.servicing_agent_id]).get(row.servicing_agent_id or 0, ""),
        ),
    )  # fmt: skip
    filters = (
        DateRange(
            key="contact", label=_("Last contact"), field="last_contact_on", primary=True,
            presets=(("", "0001-01-01", _("Never")), ("", "today-365", _("Not for a year"))),
        ),
        NumberRange(key="premium", label=_("Annual premium (CNY)"), field="annual_premium", money=True, primary=True),
    )  # fmt: skip
    sorts = (
        Sort(key="contact", label=_("Last contact"), field="last_contact_on"),
        Sort(key="premium", label=_("Annual premium"), field="annual_premium", descending=True),
    )
    default_sort = "-premium"
    views = (
        View(key="never", label=_("Never contacted"), query="contact.to=0001-01-01&sort=-premium"),
        View(key="year", label=_("Not for a year"), query="contact.to=today-365&sort=-premium"),
    )
    bulk_actions = (RESERVE,)
    empty = Empty(title=_("Everybody was contacted"), text=_("Customers whom nobody contacts appear here."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Return the customers in reach."""
        return summary_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[CustomerSummary], context: FilterContext) -> Extras:
        """Load the names of who serves them."""
        agent_names(row.servicing_agent_id for row in rows)
        return Extras(actor, context.today, {})

    def row_url(self, row: CustomerSummary) -> str:
        """Return the customer's page."""
        return customer_url(row.pk)


LISTS = (PermitList, RefusalList, ReservationList, OverusedList, UnusedList)
