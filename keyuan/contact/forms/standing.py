"""A customer's consents, refusals and budget in words: the panel, the head, the history."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from keyuan.contact import permissions
from keyuan.contact.forms.wording import reason_word
from keyuan.contact.models import Consent, DoNotContact, Permit
from keyuan.contact.rules.purposes import SALES
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.standing import AGREED, EXPIRED, MISSING, REFUSED, Budget, Line, Standing
from keyuan.kernel.actor import Actor
from keyuan.platform import formats
from keyuan.platform.audit.labels import program_name


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of the panel: label, state as tone and word, until when, and what can be done."""

    label: str
    tone: str
    word: str
    until: str
    give_url: str = ""
    withdraw_url: str = ""
    refuse_url: str = ""
    purpose: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One ask to contact, in words."""

    id: int
    at: datetime
    channel: str
    purpose: str
    tone: str
    state: str
    why: str
    who: str


@dataclass(slots=True)
class HistoryRow:
    """One consent with its proof."""

    consent: Consent
    purpose: str
    channel: str
    source: str
    text: str
    ended: str
    files: list[Any] = field(default_factory=list)


def _state_word(state: str) -> tuple[str, str]:
    return {
        AGREED: ("ok", _("Agreed to")),
        REFUSED: ("bad", _("Refused by the customer")),
        EXPIRED: ("off", _("Ran out")),
        MISSING: ("off", _("Not obtained")),
    }[state]


def cells(budget: Budget) -> SafeString:
    """Return the budget as one cell per contact, with its figure."""
    marks = format_html_join(
        "", "<i{}></i>", ((SafeString(' class="on"') if cell < budget.used else "",) for cell in range(budget.most))
    )
    label = _("%(used)s of %(most)s contacts used in %(days)s days") % {
        "used": budget.used, "most": budget.most, "days": budget.days,
    }  # fmt: skip
    return format_html(
        '{} / {}<span class="budget" role="img" aria-label="{}" title="{}">{}</span>',
        budget.used, budget.most, label, label, marks,
    )  # fmt: skip


def line_label(line: Line) -> str:
    """Return what a line is called: channel and purpose for contacts, the short name for uses of data."""
    if not line.channel:
        return labels.label_of(labels.SHORT, line.terms.key) if not line.terms.name else line.terms.name
    channel = labels.channel_name(line.channel)
    if line.terms.key == "MARKETING" and not line.terms.name:
        return _("%(channel)s marketing") % {"channel": channel}
    return f"{labels.purpose_name(line.terms)} {channel}"


def rows_of(actor: Actor, customer_id: int, lines: Iterable[Line]) -> list[LineRow]:
    """Return the lines of the panel with what this post may do."""
    rows = []
    for line in lines:
        tone, word = _state_word(line.state)
        may = actor.may(permissions.CONSENT)
        query = f"?purpose={line.terms.key}&channel={line.channel}"
        give = reverse("contact:consent-give", args=[customer_id]) + query
        withdraw = reverse("contact:consent-withdraw", args=[customer_id])
        refuse = reverse("contact:refusal-add", args=[customer_id]) + f"?channel={line.channel}"
        refusable = line.channel and line.terms.kind == SALES and line.state != REFUSED
        rows.append(
            LineRow(
                line_label(line), tone, word, _until(line.until),
                give if may and line.state in (MISSING, EXPIRED) else "",
                withdraw if may and line.state == AGREED else "",
                refuse if refusable and actor.may(permissions.REFUSAL) else "",
                line.terms.key, line.channel,
            )
        )  # fmt: skip
    return rows


def _until(day: date | None) -> str:
    return _("until %(day)s") % {"day": formats.day(day)} if day else ""


def refusal_badge(row: DoNotContact) -> str:
    """Return what a refusal forbids and until when, short enough for a badge."""
    values = {"channel": labels.channel_name(row.contact_channel), "day": f"{row.until:%Y-%m}"}
    if row.scope == "ALL":
        return _("Statutory notices only until %(day)s") % values
    if not row.contact_channel:
        return _("No selling until %(day)s, service possible") % values
    return _("No selling by %(channel)s until %(day)s") % values


def ledger_rows(rows: Iterable[Permit], purposes: dict[str, Any]) -> list[LedgerRow]:
    """Return asks to contact in words."""
    return [ledger_row(row, purposes) for row in rows]


def ledger_row(row: Permit, purposes: dict[str, Any]) -> LedgerRow:
    """Return one ask to contact in words."""
    word, tone = labels.STATES[row.state]
    purpose = labels.purpose_name(purposes[row.purpose]) if row.purpose in purposes else row.purpose
    return LedgerRow(
        row.pk,
        row.at,
        labels.channel_name(row.contact_channel),
        purpose,
        tone,
        str(word),
        why_of(row),
        program_name(row.staff_name),
    )


def why_of(row: Permit) -> str:
    """Return why a permit was refused or ended, in a few words."""
    if row.state == Permit.State.REFUSED:
        return "、".join(reason_word(reason["code"]) for reason in row.reasons)
    if row.close_note == "unasked":
        return _("recorded without a permit")
    return labels.label_of(labels.CLOSINGS, row.close_note)


def history_rows(rows: Iterable[Consent], purposes: dict[str, Any], files: dict[int, list[Any]]) -> list[HistoryRow]:
    """Return every consent with its proof, in words."""
    found = []
    for row in rows:
        name = labels.purpose_name(purposes[row.purpose]) if row.purpose in purposes else row.purpose
        text = f"{row.text.title} v{row.text.version}" if row.text else ""
        ended = labels.label_of(labels.SOURCES, row.revoke_source) if row.revoked_at else ""
        source = labels.label_of(labels.SOURCES, row.source)
        found.append(
            HistoryRow(row, name, labels.channel_name(row.contact_channel), source, text, ended, files.get(row.pk, []))
        )
    return found


def refusal_rows(actor: Actor, standing: Standing, today: date) -> list[dict[str, Any]]:
    """Return everything that was refused, in words, with what can be done about it."""
    may = actor.may(permissions.LIFT)
    return [
        {
            "row": row,
            "channel": labels.channel_name(row.contact_channel),
            "scope": labels.label_of(labels.SCOPES, row.scope),
            "source": labels.label_of(labels.SOURCES, row.source),
            "in_force": row.lifted_at is None and row.until >= today,
            "may_lift": may and row.lifted_at is None and row.until >= today,
        }
        for row in standing.refusals
    ]
