"""What a consent or a refusal has to be before it counts (PIPL 14-16, 29, 31; 保监发〔2013〕40号)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from keyuan.contact.rules.purposes import Terms
from keyuan.kernel.dates import add_months

#: How somebody said it.
SIGNED, PHONE, PORTAL, WECHAT, COUNTER, AGENT, IMPORT, API = (
    "SIGNED", "PHONE", "PORTAL", "WECHAT", "COUNTER", "AGENT", "IMPORT", "API",
)  # fmt: skip
SOURCES = (SIGNED, PHONE, PORTAL, WECHAT, COUNTER, AGENT, IMPORT, API)
SCOPES = ("SALES", "PROMOTION", "ALL")


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """What somebody agreed to, through which channels (none: any), how, when, and where the proof lies."""

    purpose: str
    source: str
    granted_at: datetime
    channels: tuple[str, ...] = ()
    evidence: str = ""
    text_id: int | None = None
    expires_on: date | None = None
    guardian_id: int | None = None


@dataclass(frozen=True, slots=True)
class RefusalDraft:
    """What somebody does not want: channel (empty: any), scope, in which words, since when, at least until when."""

    source: str
    refused_at: datetime
    channel: str = ""
    scope: str = "SALES"
    words: str = ""
    until: date | None = None


def consent_problems(
    draft: ConsentDraft, terms: Terms, *, now: datetime, today: date, has_file: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield what keeps a consent from counting as (field, code)."""
    if not terms.needs_consent or not terms.is_active:
        yield "purpose", "consent.not_needed"
    if set(draft.channels) - set(terms.channels):
        yield "channels", "consent.channel"
    if draft.source not in SOURCES:
        yield "source", "consent.source"
    if draft.granted_at > now:
        yield "granted_at", "consent.in_future"
    if draft.expires_on is not None and draft.expires_on < today:
        yield "expires_on", "consent.expired"
    if not draft.evidence.strip() and not has_file:
        yield "evidence", "consent.no_evidence"
    if terms.is_separate and draft.text_id is None:
        yield "text_id", "consent.no_text"


def refusal_problems(draft: RefusalDraft, *, months: int, now: datetime, today: date) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a refusal as (field, code); ``today`` is the day on which it was said."""
    if draft.source not in SOURCES:
        yield "source", "consent.source"
    if draft.scope not in SCOPES:
        yield "scope", "refusal.scope"
    if draft.refused_at > now:
        yield "refused_at", "consent.in_future"
    if draft.until is not None and draft.until < add_months(today, months):
        yield "until", "refusal.too_short"
