"""The audit trail as a list: changes and looks merged by time (PLT-6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.platform import clock, people
from keyuan.platform.audit.labels import (
    ACTIONS,
    action_label,
    actor_label,
    failure_sentence,
    field_label,
    kind_label,
    people_in,
    said,
)
from keyuan.platform.audit.reading import events_visible_to
from keyuan.platform.http import may_open
from keyuan.platform.lists import (
    Badge,
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    Sort,
    TypeaheadFilter,
    View,
    lists,
)
from keyuan.platform.models.audit_event import AuditEvent, EventRecord
from keyuan.platform.permissions import AUDIT_VIEW
from keyuan.platform.subjects import subject_kinds


@dataclass(frozen=True, slots=True)
class Names:
    """What the subjects of some events are called; those out of the reader's reach are absent."""

    labels: dict[tuple[str, int], str] = field(default_factory=dict)
    reader: Actor | None = None
    staff: dict[int, str] = field(default_factory=dict)

    def link(self, kind: str, subject_id: int | None) -> Link | str:
        """Return the subject as a link where the reader may go there, else its kind and number."""
        label = self.labels.get((kind, subject_id or 0))
        if label is None or subject_id is None:
            return f"{kind_label(kind)} {subject_id or ''}".strip()
        url = subject_kinds[kind].url(subject_id)
        return Link(label, url) if self.reader is not None and may_open(self.reader, url) else label


def names_for(actor: Actor, events: Iterable[EventRecord]) -> Names:
    """Return the names of subjects, customers and people of ``events``: one query a kind."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    staff: set[int] = set()
    for event in events:
        staff |= people_in(event.subject_kind, event.facts)
        if event.subject_id:
            wanted[event.subject_kind].add(event.subject_id)
        if event.customer_id:
            wanted["customer"].add(event.customer_id)
    found: dict[tuple[str, int], str] = {}
    for kind, ids in wanted.items():
        known = subject_kinds.get(kind)
        if known is not None:
            found.update({(kind, key): label for key, label in known.labels(actor, sorted(ids)).items()})
    return Names(found, actor, people.names_of(sorted(staff)) if staff else {})


def event_url(event: EventRecord) -> str:
    """Return the page of an event."""
    part = "change" if isinstance(event, AuditEvent) else "look"
    return reverse("platform:audit-event", args=[part, event.pk])


def what(event: EventRecord, reader: Actor | None, staff: Mapping[int, str] | None = None) -> str:
    """Return in a few words what the event says to ``reader``: the fields that changed, or its facts."""
    failure = failure_sentence(event)
    if failure:
        return failure
    if event.changed:
        return "、".join(str(field_label(field)) for field in event.changed)
    shown = {field: value for field, value in event.facts.items() if not isinstance(value, dict | list)}
    if reader is None:
        return ""
    return " ".join(said(reader, field, value, event.subject_kind, staff=staff) for field, value in shown.items())


def _badge(event: EventRecord, _names: Names) -> Badge:
    label, tone = ACTIONS.get(event.action, (event.action, ""))
    return Badge(label, tone)


def _by_day(rows: QuerySet[Any], value: tuple[str, str], context: FilterContext) -> QuerySet[Any]:
    low, high = ON.days(value, context)
    if low is not None:
        rows = rows.filter(at__gte=clock.start_of(low))
    return rows.filter(at__lt=clock.end_of(high)) if high is not None else rows


def _people(actor: Actor, text: str) -> list[Choice]:
    return [Choice(str(key), name) for key, name in people.search(actor, text)]


def _person(_actor: Actor, key: str) -> str:
    return people.names_of([int(key)]).get(int(key), key)


def _customers(_actor: Actor, _text: str) -> list[Choice]:
    # Reached from the customer's page, by whose search people find customers.
    return []


def _customer(actor: Actor, key: str) -> str:
    kind = subject_kinds.get("customer")
    return kind.labels(actor, [int(key)]).get(int(key), key) if kind else key


ON = DateRange(
    key="on",
    label=_("Date"),
    field="at",
    primary=True,
    apply=_by_day,
    presets=(
        ("today", "today", _("Today")),
        ("today-6", "today", _("Last 7 days")),
        ("today-29", "today", _("Last 30 days")),
    ),
)
ACTION = ChoiceFilter(
    key="action",
    label=_("Act"),
    field="action",
    primary=True,
    choices=tuple(Choice(str(key), label) for key, (label, _tone) in ACTIONS.items()),
)


class AuditList(ListSpec):
    """Who did what and who looked at what, newest first."""

    key = "audit"
    title = _("Audit trail")
    permission = AUDIT_VIEW
    url_name = "platform:audit-list"
    columns = (
        Column(key="at", label=_("Moment"), value="at", kind="moment", width=152, sort="at", first=True),
        Column(key="actor", label=_("Who"), value=lambda event, _names: actor_label(event), width=104),
        Column(key="post", label=_("Post"), value="post_label", width=136, low_priority=True),
        Column(key="action", label=_("Act"), value=_badge, kind="badge", width=104),
        Column(
            key="subject",
            label=_("Record"),
            value=lambda event, names: names.link(event.subject_kind, event.subject_id),
            kind="link",
            width=168,
        ),
        Column(
            key="customer",
            label=_("Customer"),
            value=lambda event, names: names.link("customer", event.customer_id) if event.customer_id else "",
            kind="link",
            width=112,
            low_priority=True,
        ),
        Column(
            key="what", label=_("What"), value=lambda event, names: what(event, names.reader, names.staff), width=240
        ),
        Column(key="reason", label=_("Reason"), value="reason", width=144),
        Column(key="address", label=_("From where"), value="address", width=128, low_priority=True),
    )
    filters = (
        ON,
        ACTION,
        TypeaheadFilter(key="actor", label=_("Who"), field="actor_id", primary=True, search=_people, label_of=_person),
        TypeaheadFilter(
            key="customer", label=_("Customer"), field="customer_id", search=_customers, label_of=_customer
        ),
    )
    sorts = (Sort(key="at", label=_("Moment"), field="at", descending=True),)
    default_sort = "-at"
    indexed_pairs = frozenset({("on", "at"), ("action", "at"), ("actor", "at"), ("customer", "at")})
    views = (
        View(key="all", label=_("Everything")),
        View(key="reveals", label=_("Revealed values"), query="action=reveal&sort=-at"),
        View(key="exports", label=_("Exports"), query="action=export&sort=-at"),
        View(key="sign-ins", label=_("Sign-ins"), query="action=sign_in&action=sign_in_failed&sort=-at"),
        View(key="permissions", label=_("Permissions"), query="action=permission&sort=-at"),
        View(key="deletions", label=_("Deletions"), query="action=delete&sort=-at"),
    )
    empty = Empty(title=_("No events yet"), text=_("Every change and every look at a customer appears here."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Return changes and looks: two tables, on SQLite in two files."""
        return events_visible_to(actor)

    def prepare(self, actor: Actor, rows: Sequence[EventRecord], _context: FilterContext) -> Names:
        """Load the names of the records that the events are about."""
        return names_for(actor, rows)

    def row_url(self, row: EventRecord) -> str:
        """Return the event's page."""
        return event_url(row)


def register() -> None:
    """Put the list into the registry."""
    lists.add(AuditList())


__all__ = ["AuditList", "action_label", "event_url", "names_for", "register", "what"]
