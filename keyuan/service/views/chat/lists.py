"""The list of all conversations (SRV-5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    Condition,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    PageAction,
    Sort,
    Status,
    TextFilter,
    View,
)
from keyuan.service import permissions
from keyuan.service.forms.chat import words
from keyuan.service.models import Chat
from keyuan.service.selectors.chat.chats import list_sources

ME = "me"


@dataclass(frozen=True, slots=True)
class ChatExtras:
    """Names of the customers in reach."""

    customers: Mapping[int, str]


NUMBER = pgettext_lazy("chat", "Number")


class OwnerFilter(ChoiceFilter):
    """Whose conversations: one's own."""

    def conditions(self, _value: Any, context: FilterContext) -> list[Condition]:
        """Compare with the reader."""
        return [Condition(self.field, "exact", context.actor.id or 0, selective=True)]


def _state(row: Chat, _extras: ChatExtras) -> Status:
    label, tone = words.STATES[row.status]
    return Status(label, tone)


def _customer(row: Chat, extras: ChatExtras) -> Link | str:
    name = extras.customers.get(row.customer_id or 0)
    return Link(name, reverse("customers:customer", args=[row.customer_id])) if name else row.visitor_name


def _waited(row: Chat, _extras: ChatExtras) -> int | None:
    return int((row.answered_at - row.started_at).total_seconds()) if row.answered_at else None


class ChatList(ListSpec):
    """All conversations in reach, newest first."""

    key = "chats"
    title = _("Conversations")
    noun = _("conversations")
    url_name = "service:chat-list"
    permission = permissions.CHAT_VIEW
    columns = (
        Column(key="number", label=NUMBER, value="number", width=112, first=True, kind="link"),
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=120, phone=True),
        Column(key="state", label=_("State"), value=_state, kind="status", width=96, phone=True),
        Column(key="owner", label=_("Handled by"), value="owner_name", width=104),
        Column(key="started", label=pgettext_lazy("chat", "Began"), value="started_at", kind="moment", width=144,
               sort="new"),
        Column(key="waited", label=_("Seconds until answered"), value=_waited, kind="number", width=96),
        Column(key="lines", label=_("Lines"), value="last_seq", kind="number", width=72, low_priority=True),
        Column(key="rating", label=pgettext_lazy("chat", "Verdict"), value="rating", kind="number", width=72),
        Column(key="ended", label=pgettext_lazy("chat", "Ended"), value="ended_at", kind="moment", width=144,
               low_priority=True),
    )  # fmt: skip
    filters = (
        TextFilter(key="no", label=NUMBER, field="number", primary=True, placeholder=NUMBER),
        ChoiceFilter(
            key="state", label=_("State"), field="status", primary=True,
            choices=tuple(Choice(key, label) for key, (label, _tone) in words.STATES.items()),
        ),
        OwnerFilter(
            key="owner", label=_("Handled by"), field="owner_id", choices=(Choice(ME, _("Me")),), multiple=False,
            primary=True,
        ),
        ChoiceFilter(
            key="rating", label=pgettext_lazy("chat", "Verdict"), field="rating",
            choices=tuple(Choice(str(score), str(score)) for score in (1, 2, 3, 4, 5)),
        ),
    )  # fmt: skip
    sorts = (Sort(key="new", label=pgettext_lazy("chat", "Began"), field="started_at", descending=True),)
    default_sort = "-new"
    views = (
        View(key="all", label=_("All")),
        View(key="open", label=pgettext_lazy("chat", "Under way"), query="state=ACTIVE"),
        View(key="mine", label=_("Mine"), query="owner=me"),
        View(key="low", label=_("Bad verdicts"), query="rating=1&rating=2"),
    )
    page_actions = (
        PageAction(
            label=_("Console"), url_name="service:chats", icon="message-circle", permission=permissions.CHAT_SERVE,
            primary=True,
        ),
        PageAction(
            label=_("Board"), url_name="service:chat-board", icon="dashboard", permission=permissions.CHAT_SUPERVISE
        ),
    )  # fmt: skip
    empty = Empty(title=_("No conversations yet"), text=_("What visitors write on the page of web chat appears here."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Conversations in scope, of customers lent to the post, of one's desks, one's own."""
        return list_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[Chat], _context: FilterContext) -> ChatExtras:
        """Load names of customers."""
        ids = list({row.customer_id for row in rows if row.customer_id})
        return ChatExtras(customer_labels(actor, ids, now=clock.now()))

    def row_url(self, row: Chat) -> str:
        """The conversation's page."""
        return reverse("service:chat", args=[row.pk])
