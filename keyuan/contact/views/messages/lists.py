"""The lists of templates, of the outbox and of providers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.contact import permissions
from keyuan.contact.forms.message_words import PROVIDER_KINDS, STATES, because_word, message_state, version_state
from keyuan.contact.models import Message, MessageProvider
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.messages.outbox import message_sources
from keyuan.contact.selectors.messages.providers import providers_visible_to
from keyuan.contact.selectors.messages.templates import templates_visible_to
from keyuan.contact.services.messages.deciding import cancel_message, retry_message
from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.audit.labels import program_name
from keyuan.platform.lists import (
    Badge,
    BooleanFilter,
    BulkAction,
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    PageAction,
    Reason,
    Sort,
    Status,
    Verdict,
    View,
    choices_of,
)

CHANNEL_CHOICES = tuple(Choice(key, labels.CHANNELS[key]) for key in ("SMS", "EMAIL", "WECHAT"))


def channel_badge(row: Any, _extras: Any) -> Badge:
    """Return the channel as a badge."""
    return Badge(labels.label_of(labels.CHANNELS, row.channel))


def purpose_word(row: Any, _extras: Any) -> str:
    """Return what the purpose is called."""
    return labels.label_of(labels.PURPOSES, row.purpose)


def _template_state(row: Any, _extras: Any) -> Status:
    if row.is_retired:
        return Status(_("Out of use"), "off")
    return version_state("APPROVED" if row.in_use else row.open_status or "REFUSED")


def _open_state(row: Any, _extras: Any) -> Status | None:
    return version_state(row.open_status) if row.open_status else None


class TemplateList(ListSpec):
    """Every template."""

    key = "message-templates"
    title = _("Message templates")
    permission = permissions.OUTBOX
    url_name = "contact:templates"
    exportable = False
    columns = (
        Column(key="name", label=_("Name of the template"), width=200, sort="name", first=True),
        Column(key="code", label=_("Code"), width=160, low_priority=True),
        Column(key="channel", label=_("Channel"), value=channel_badge, kind="badge", width=88),
        Column(key="purpose", label=_("Purpose"), value=purpose_word, width=120),
        Column(key="state", label=_("State"), value=_template_state, kind="status", width=120, phone=True),
        Column(key="in_use", label=_("Version in use"), value="in_use", kind="number", width=80),
        Column(key="open", label=_("Next version"), value=_open_state, kind="status", width=120, phone=True),
        Column(key="created", label=_("Created at"), value="created_at", kind="moment", width=144, low_priority=True),
    )
    filters = (
        ChoiceFilter(key="channel", label=_("Channel"), field="channel", choices=CHANNEL_CHOICES, primary=True),
        ChoiceFilter(
            key="purpose", label=_("Purpose"), field="purpose", choices=choices_of(labels.PURPOSES), primary=True
        ),
        BooleanFilter(key="retired", label=_("Out of use"), field="is_retired", primary=True),
    )
    sorts = (
        Sort(key="name", label=_("Name of the template"), field="name"),
        Sort(key="created", label=_("Created at"), field="created_at", descending=True),
    )
    default_sort = "name"
    views = (
        View(key="all", label=_("All")),
        View(key="retired", label=_("Out of use"), query="retired=1&sort=name"),
    )
    page_actions = (
        PageAction(
            label=_("New template"),
            url_name="contact:template-new",
            icon="plus",
            permission=permissions.TEMPLATES,
            primary=True,
        ),
        PageAction(label=_("Outbox"), url_name="contact:outbox", icon="send", permission=permissions.OUTBOX),
    )
    empty = Empty(
        title=_("No templates yet"),
        text=_("Write what customers are told, and let a second person approve it."),
        action=PageAction(label=_("New template"), url_name="contact:template-new", permission=permissions.TEMPLATES),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Every template."""
        return [templates_visible_to(actor)]

    def row_url(self, row: Any) -> str:
        """The template's page."""
        return reverse("contact:template", args=[row.pk])

    def panel_url(self, _row: Any) -> str:
        """No side panel."""
        return ""


@dataclass(frozen=True, slots=True)
class OutboxExtras:
    """Names of the customers in reach."""

    customers: Mapping[int, str]


def _customer(row: Message, extras: OutboxExtras) -> Link | str:
    name = extras.customers.get(row.customer_id)
    return Link(name, reverse("customers:customer", args=[row.customer_id])) if name else ""


def _by_day(rows: QuerySet[Any], value: tuple[str, str], context: FilterContext) -> QuerySet[Any]:
    low, high = CREATED.days(value, context)
    if low is not None:
        rows = rows.filter(created_at__gte=clock.start_of(low))
    return rows.filter(created_at__lt=clock.end_of(high)) if high is not None else rows


CREATED = DateRange(
    key="on",
    label=_("Date"),
    field="created_at",
    apply=_by_day,
    presets=(("today", "today", _("Today")), ("today-6", "today", _("Last 7 days"))),
)


def _check(*statuses: str, code: str) -> Any:
    def check(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
        rows: dict[int, str] = {}
        for source in message_sources(actor, now=now):
            rows |= dict(source.filter(pk__in=ids).values_list("pk", "status"))
        fit = tuple(pk for pk in ids if rows.get(pk) in statuses)
        rest = tuple(pk for pk in ids if pk not in fit)
        return Verdict(fit, (Reason(code, rest),) if rest else ())

    return check


def _cancel(actor: Actor, ids: Sequence[int], _data: Mapping[str, Any], now: datetime) -> list[int]:
    for pk in ids:
        cancel_message(actor=actor, message_id=pk, reason="", now=now)
    return list(ids)


def _retry(actor: Actor, ids: Sequence[int], _data: Mapping[str, Any], now: datetime) -> list[int]:
    for pk in ids:
        retry_message(actor=actor, message_id=pk, now=now)
    return list(ids)


CANCEL = BulkAction(
    key="cancel",
    label=_("Stop messages"),
    icon="hand-stop",
    permission=permissions.DECIDE,
    check=_check("QUEUED", code="message.not_queued"),
    run=_cancel,
    consequence=_("They do not leave, and their permits are given back. They can be sent again later."),
)
RETRY = BulkAction(
    key="retry",
    label=_("Send again"),
    icon="send",
    permission=permissions.DECIDE,
    check=_check("FAILED", "CANCELLED", code="message.not_failed"),
    run=_retry,
    consequence=_("Each asks for a permit anew before it leaves."),
)


class OutboxList(ListSpec):
    """Messages to customers in reach, newest first."""

    key = "messages"
    title = _("Outbox")
    permission = permissions.OUTBOX
    url_name = "contact:outbox"
    columns = (
        Column(key="when", label=_("Moment"), value="created_at", kind="moment", width=144, sort="when", first=True),
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=112, phone=True),
        Column(
            key="template",
            label=_("Template"),
            value=lambda row, _x: row.template_version.template.name,
            width=200,
        ),
        Column(key="channel", label=_("Channel"), value=channel_badge, kind="badge", width=88),
        Column(key="purpose", label=_("Purpose"), value=purpose_word, width=112, low_priority=True),
        Column(
            key="state",
            label=_("State"),
            value=lambda row, _x: message_state(row),
            kind="status",
            width=120,
            phone=True,
        ),
        Column(key="because", label=_("Why"), value=lambda row, _x: because_word(row.because), width=200),
        Column(key="attempts", label=_("Tries"), value="attempts", kind="number", width=64, low_priority=True),
        Column(key="sent", label=_("Sent at"), value="sent_at", kind="moment", width=144),
        Column(
            key="by",
            label=_("Sent by"),
            value=lambda row, _x: program_name(row.created_by_name),
            width=88,
            low_priority=True,
        ),
    )
    filters = (
        ChoiceFilter(
            key="state",
            label=_("State"),
            field="status",
            choices=tuple(Choice(str(key), word) for key, (word, _tone) in STATES.items()),
            primary=True,
        ),
        ChoiceFilter(key="channel", label=_("Channel"), field="channel", choices=CHANNEL_CHOICES, primary=True),
        ChoiceFilter(
            key="purpose", label=_("Purpose"), field="purpose", choices=choices_of(labels.PURPOSES), primary=True
        ),
        CREATED,
    )
    sorts = (Sort(key="when", label=_("Moment"), field="created_at", descending=True),)
    default_sort = "-when"
    views = (
        View(key="all", label=_("All")),
        View(key="waiting", label=pgettext_lazy("message", "Waits to be sent"), query="state=QUEUED&sort=-when"),
        View(key="doubt", label=_("In doubt"), query="state=UNKNOWN&sort=-when"),
        View(key="failed", label=_("Not delivered"), query="state=FAILED&sort=-when"),
    )
    bulk_actions = (CANCEL, RETRY)
    page_actions = (
        PageAction(
            label=_("Message templates"), url_name="contact:templates", icon="template", permission=permissions.OUTBOX
        ),
        PageAction(label=_("Bounced mail"), url_name="contact:bounces", icon="mail", permission=permissions.DECIDE),
    )
    empty = Empty(title=_("No messages yet"), text=_("What customers are sent appears here, with what became of it."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Message]]:
        """Messages to customers served in scope, and to those lent to the post."""
        found = message_sources(actor, now=clock.now())
        return [rows.select_related("template_version__template").defer("tries", "values") for rows in found]

    def prepare(self, actor: Actor, rows: Sequence[Message], _context: FilterContext) -> OutboxExtras:
        """Load the names."""
        ids = list({row.customer_id for row in rows})
        return OutboxExtras(customer_labels(actor, ids, now=clock.now()))

    def row_url(self, row: Message) -> str:
        """The message's page."""
        return reverse("contact:message", args=[row.pk])

    def row_class(self, row: Message) -> str:
        """Doubt needs an eye."""
        return "edge-warn" if row.status == Message.Status.UNKNOWN else ""


def _provider_state(row: MessageProvider, _extras: Any) -> Status:
    if not row.is_active:
        return Status(_("Switched off"), "off")
    if row.rests_until is not None and row.rests_until > clock.now():
        return Status(_("Rests after an outage"), "bad")
    return Status(pgettext_lazy("provider", "At work"), "ok")


class ProviderList(ListSpec):
    """Who carries messages."""

    key = "message-providers"
    title = _("Providers of messages")
    permission = permissions.PROVIDERS
    url_name = "contact:providers"
    exportable = False
    columns = (
        Column(key="name", label=_("Name of the provider"), width=180, sort="name", first=True),
        Column(key="channel", label=_("Channel"), value=channel_badge, kind="badge", width=88, phone=True),
        Column(key="kind", label=_("Category"), value=lambda row, _x: str(PROVIDER_KINDS[row.kind]), width=200),
        Column(key="state", label=_("State"), value=_provider_state, kind="status", width=144, phone=True),
        Column(key="order", label=pgettext_lazy("provider", "Order"), value="order", kind="number", width=64),
        Column(key="rate", label=_("Messages a minute"), value="per_minute", kind="number", width=96),
        Column(key="ok", label=_("Last taken"), value="last_ok_at", kind="moment", width=144, low_priority=True),
        Column(key="error", label=_("Last error"), value="last_error", width=144, low_priority=True),
    )
    filters = (
        ChoiceFilter(
            key="channel", label=_("Channel"), field="channel", choices=CHANNEL_CHOICES, primary=True, dense=True
        ),
    )
    sorts = (Sort(key="name", label=_("Name of the provider"), field="name"),)
    default_sort = "name"
    views = (View(key="all", label=_("All")),)
    page_actions = (
        PageAction(label=_("New provider"), url_name="contact:provider-choose", icon="plus", primary=True),
        PageAction(label=_("Settings"), url_name="contact:message-policy", icon="settings"),
    )
    empty = Empty(
        title=_("No provider yet"),
        text=_("Messages wait until a provider carries their channel."),
        action=PageAction(label=_("New provider"), url_name="contact:provider-choose"),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[MessageProvider]]:
        """Every provider."""
        return [providers_visible_to(actor)]

    def row_url(self, row: Any) -> str:
        """The provider's page."""
        return reverse("contact:provider", args=[row.pk])

    def panel_url(self, _row: Any) -> str:
        """No side panel."""
        return ""
