"""How pages show an order: its facts, steps, lines, clocks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keyuan.kernel.actor import Actor
from keyuan.platform.clocks.hours import MINUTE
from keyuan.platform.clocks.keeping import clocks_of, ledgers_of, marked, standing_of, terms_of
from keyuan.platform.clocks.ledger import State, Unit, share_used
from keyuan.platform.clocks.timetables import timetables
from keyuan.platform.crypto.presenter import may_reveal, present
from keyuan.service import permissions
from keyuan.service.forms import words
from keyuan.service.forms.clusters import KINDS as ALIKE
from keyuan.service.models import Complaint, OrderEntry, WorkOrder
from keyuan.service.rules import complaints as rules
from keyuan.service.rules import machine
from keyuan.service.selectors.clusters import clusters_of
from keyuan.service.services.histories import subject_of

MINUTES_OF_HOUR = 60
NEARLY = 80


def steps(order: WorkOrder) -> list[tuple[Any, str]]:
    """Return the way of an order as (word, done / now / empty)."""
    status = machine.IN_PROGRESS if order.status == machine.WAITING else order.status
    place = machine.WAY.index(status) if status in machine.WAY else -1
    tones = ["done" if number < place else "now" if number == place else "" for number in range(len(machine.WAY))]
    if status == machine.CLOSED:
        tones[-1] = "done"
    return [(words.STATES[state][0], tone) for state, tone in zip(machine.WAY, tones, strict=True)]


def facts(order: WorkOrder) -> dict[str, Any]:
    """Return what stands beside the conversation, in words."""
    return {
        "category": order.category.name if order.category else "",
        "subtype": words.word(words.SUBTYPES, order.subtype) if order.subtype else "",
        "channel": words.word(words.CHANNELS, order.contact_channel),
        "priority": words.word(words.PRIORITIES, order.priority),
        "desk": order.desk.name,
        "told": words.word({**words.CHANNELS, **words.WAYS}, order.told_how) if order.told_how else "",
        "confirmed": words.word(words.CONFIRMED, order.confirmed_how) if order.confirmed_how else "",
        "cause": words.word(words.CAUSES, order.cause) if order.cause else "",
        "wait": words.word(words.WAITS, order.wait_reason) if order.wait_reason else "",
    }


def line(row: OrderEntry) -> dict[str, Any]:
    """Return a line of the history with its words."""
    if row.kind == OrderEntry.Kind.CLOCK:
        head = f"{words.clock_word(row.code)} {words.STEPS.get(row.source, words.ESCALATED)}"
    elif row.kind == OrderEntry.Kind.MOVE:
        head = words.word(words.ACTS, row.act)
        if row.code:
            head = f"{head} {words.line_code(row.act, row.code)}"
    else:
        kinds = {"REPLY": words.ANSWER, "NOTE": words.NOTE, "INBOUND": words.INBOUND}
        head = str(words.LINES.get(row.code, kinds[row.kind]))
    return {
        "row": row,
        "head": head,
        "is_note": row.kind == "NOTE",
        "is_said": row.kind in ("NOTE", "REPLY", "INBOUND"),
    }


def short(row: WorkOrder) -> dict[str, Any]:
    """Return an order in two lines."""
    return {
        "order": row,
        "url": reverse("service:order", args=[row.pk]),
        "kind": words.word(words.KINDS, row.kind),
        "state": words.state_of(row.status),
    }


def places(actor: Actor, order: WorkOrder, customer_name: str) -> Mapping[str, str]:
    """Return what fills the places of a canned answer."""
    return {"customer": customer_name, "number": order.number, "title": order.title, "me": actor.name}


def clocks_of_order(order: WorkOrder, now: datetime) -> list[dict[str, Any]]:
    """Return the clocks of an order with their ledgers, as cards."""
    found = clocks_of(subject_of(order))
    ledgers, tables = ledgers_of(found), timetables()
    cards = []
    for clock in found:
        marks = [marked(span) for span in ledgers[clock.pk]]
        standing = standing_of(clock, marks, tables.of(clock.hours_key), now)
        terms = terms_of(clock)
        share = share_used(standing, terms)
        late = standing.is_late(now) and clock.state != State.VOID
        cards.append(
            {
                "clock": clock,
                "word": words.clock_word(clock.key),
                "share": share,
                "tone": _tone(clock.state, late, share),
                "said": _said(clock, late, now),
                "used": amount(terms.unit, standing.used // MINUTE if terms.unit is Unit.WORK else standing.used),
                "budget": amount(terms.unit, standing.amount),
                "spans": ledgers[clock.pk],
            }
        )
    return cards


def _tone(state: str, late: bool, share: int) -> str:
    if late:
        return "bad"
    if state == State.STOPPED:
        return "ok"
    return "warn" if share >= NEARLY and state == State.RUNNING else ""


def _said(clock: Any, late: bool, now: datetime) -> str:
    if clock.state == State.STOPPED:
        return _("Kept too late") if late else pgettext("term", "Kept")
    if clock.state == State.VOID:
        return _("No longer owed")
    if clock.due_at is None:
        return _("Paused")
    return time_left(clock.due_at, now)


def amount(unit: Unit, value: int) -> str:
    """Say an amount of a term."""
    if unit is Unit.WORK:
        return f"{value // MINUTES_OF_HOUR:02}:{value % MINUTES_OF_HOUR:02}"
    sentence = _("%(days)s working days") if unit is Unit.WORKDAYS else _("%(days)s calendar days")
    return sentence % {"days": value}


def time_left(due_at: datetime, now: datetime) -> str:
    """Say how much is left until a deadline, or how long it is over: hours and minutes, beyond a day days."""
    seconds = int(abs((due_at - now).total_seconds()))
    days, minutes = seconds // 86400, seconds // 60
    span = _("%(days)s days") % {"days": days} if days else f"{minutes // 60:02}:{minutes % 60:02}"
    return (_("%(span)s over") if due_at <= now else _("%(span)s left")) % {"span": span}


def complaint(actor: Actor, row: Complaint) -> dict[str, Any]:
    """Return what a complaint has besides its order, in words."""
    alike = clusters_of(row.pk) if row.is_group_sign and actor.may(permissions.ALIKE) else []
    return {
        "row": row,
        "callback": present(actor, row.callback_phone) if row.callback_phone else "",
        "may_reveal": actor.may(permissions.WORK) and may_reveal(actor, "phone"),
        "clusters": [{"kind": ALIKE[one.kind], "url": reverse("service:cluster", args=[one.pk])} for one in alike],
        "level": words.word(words.LEVELS, row.level),
        "source": words.word(words.SOURCES, row.source),
        "capacity": words.word(words.CAPACITIES, row.capacity),
        "line": words.word(words.LINES_OF_BUSINESS, row.line) if row.line else "",
        "decision": words.word(words.DECISIONS, row.decision) if row.decision else "",
        "remedies": [words.word(words.REMEDIES, code) for code in row.remedies],
        "accused": [person.name for person in row.accused.all()],
        "extensions": [
            (item, words.word(words.LINES, f"extension_{item.status.lower()}")) for item in row.extensions.all()
        ],
        "reviews": [(item, words.word(words.REVIEWS, item.outcome)) for item in row.reviews.all()],
        "may_extend": rules.next_term(row.term) is not None,
    }
