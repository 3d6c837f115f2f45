"""The head of a customer's page: who this is, what stands out, and the figures to see first."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from keyuan.customers import permissions
from keyuan.customers.extensions import head_badges, head_facts, record_actions
from keyuan.customers.forms.display import age_of, lunar_of_customer, region_name, sees_whole
from keyuan.customers.models import Customer
from keyuan.customers.rules.birthdays import next_birthday
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.kernel.names import split_surname

#: A birthday is news when it comes within so many days.
BIRTHDAY_DAYS = 30


@dataclass(frozen=True, slots=True)
class Badge:
    """A fact beside the name."""

    kind: str
    label: Any
    icon: str = ""


@dataclass(frozen=True, slots=True)
class HeadFact:
    """A figure of the strip."""

    label: Any
    value: Any
    css: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Everything above the panels."""

    label: str
    initial: str
    badges: list[Badge] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    facts: list[HeadFact] = field(default_factory=list)


def may_of(actor: Actor) -> dict[str, Any]:
    """Return what buttons the actor's post has on a customer's page."""
    more = [action for action in record_actions if actor.may(action.permission)]
    return {
        "first_actions": [action for action in more if action.is_first],
        "more_actions": [action for action in more if not action.is_first],
        "edit": actor.may(permissions.EDIT),
        "interact": actor.may(permissions.INTERACT),
        "assign": actor.may(permissions.ASSIGN),
        "create": actor.may(permissions.CREATE),
    }


def head_of(actor: Actor, customer: Customer, agent: str, *, today: date) -> Head:
    """Return the head of a customer read with the summary; only what higher contexts add may query, once each."""
    label = customer_label(actor, customer)
    surname = split_surname(customer.name)[0] or label
    line = line_of(actor, customer, agent, today)
    more = [Badge(*triple) for entry in head_badges for triple in entry.build(actor, customer)]
    return Head(label, surname[:1], badges_of(customer) + more, line, facts_of(actor, customer, today))


def badges_of(customer: Customer) -> list[Badge]:
    """Return what stands out about a customer."""
    summary = customer.summary
    badges = []
    if summary.tier and summary.tier != "NORMAL":
        badges.append(Badge("gold", labels.label_of(labels.TIERS, summary.tier)))
    if customer.status == Customer.Status.DECEASED:
        badges.append(Badge("", _("Deceased")))
    if summary.grace_until:
        badges.append(Badge("warn", _("In grace period"), "clock"))
    if summary.is_orphan:
        badges.append(Badge("warn", _("Without service person"), "user-off"))
    if not summary.has_contact:
        badges.append(Badge("", _("No usable phone"), "phone-off"))
    if summary.open_claims:
        badges.append(Badge("accent", _("Claim open"), "file-plus"))
    return badges


def line_of(actor: Actor, customer: Customer, agent: str, today: date) -> list[str]:
    """Return the line below the name; what is unknown is left out."""
    summary = customer.summary
    age = age_of(customer, today)
    parts = [
        labels.label_of(labels.SEXES, customer.sex) if customer.kind == "P" else labels.label_of(labels.KINDS, "O"),
        _("%(age)s years") % {"age": age} if age is not None and sees_whole(actor, "birth_on") else "",
        region_name(customer.region_code, short=True),
        _("Existing customer") if summary.is_policyholder else _("Prospect"),
        labels.label_of(labels.SALES_CHANNELS, summary.sales_channel),
        labels.label_of(labels.ACTIVITIES, summary.activity),
        _("served by %(agent)s") % {"agent": agent} if agent else "",
    ]
    return [part for part in parts if part]


def facts_of(actor: Actor, customer: Customer, today: date) -> list[HeadFact]:
    """Return the figures of higher contexts, then our own."""
    facts = []
    for entry in head_facts:
        built = entry.build(actor, customer.summary)
        if built is not None:
            label, value, tone = built
            facts.append(HeadFact(label, value, f"text-{tone}" if tone else ""))
    summary = customer.summary
    last = summary.last_contact_on
    facts.append(HeadFact(_("Last contact"), _days_ago(last, today) if last.year > 1 else None))
    facts.append(HeadFact(_("Open items"), str(summary.open_items + summary.open_claims)))
    birthday = _birthday(customer, today) if sees_whole(actor, "birth_on") else None
    if birthday is not None and (birthday - today).days <= BIRTHDAY_DAYS:
        facts.append(HeadFact(_("Birthday"), f"{birthday:%m-%d}"))
    return facts


def _birthday(customer: Customer, today: date) -> date | None:
    if customer.kind != Customer.Kind.PERSON or customer.status == Customer.Status.DECEASED:
        return None
    return next_birthday(customer.birth_on, lunar_of_customer(customer), today)


def _days_ago(day: date, today: date) -> str:
    passed = (today - day).days
    if passed == 0:
        return _("today")
    if passed == 1:
        return _("yesterday")
    return f"{day:%m-%d}" if day.year == today.year else day.isoformat()
