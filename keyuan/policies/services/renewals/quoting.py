"""Quotes for the new term, and the customer's answer to them (POL-4)."""

from datetime import date, datetime, timedelta

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.dates import add_years
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.locks import hold
from keyuan.policies import permissions
from keyuan.policies.models import Renewal, RenewalQuote
from keyuan.policies.rules.renewals.stages import LIVE
from keyuan.policies.rules.renewals.windows import starts_on, window_for
from keyuan.policies.selectors.renewals import access_quote, access_renewal, quote_by_key, windows_in_force
from keyuan.policies.selectors.renewals.facts import offers_for
from keyuan.policies.services.renewals.applying import apply_where_needed, withdraw_draft
from keyuan.policies.services.renewals.pricing import QuoteDraft, price
from keyuan.policies.services.renewals.recording import locked, take
from keyuan.policies.services.renewals.working import check_words
from keyuan.products.models import Product

MOST_QUOTES = 20
State = RenewalQuote.State


def first_day(renewal: Renewal, today: date) -> date:
    """Return the first day of the new cover: the day after the old one; once that has passed, tomorrow."""
    seamless = starts_on(renewal.expires_on)
    return seamless if seamless >= today else today + timedelta(days=1)


def make_quote(
    *, actor: Actor, renewal_id: int, version: int | None, draft: QuoteDraft, now: datetime, token: str = ""
) -> RenewalQuote:
    """Keep a quote. ``token`` names one attempt: sending it again returns the quote of the first time.

    Raises `Refused` renewal.quotes_closed (before the window), renewal.too_many, renewal.stopped, renewal.words,
    renewal.validity, and what `price` raises; `Conflict`.
    """
    actor.require(permissions.RENEW)
    today = now.date()
    renewal = access_renewal(actor, renewal_id, now=now)
    key = f"{actor.id}:{token}"[:80] if token else ""
    made = quote_by_key(key)
    if made is not None:
        return made
    product = _offered(renewal, draft, today)
    _check(renewal, product, draft, today)
    starts = first_day(renewal, today)
    priced = price(renewal, product, draft, starts)
    with transaction.atomic():
        hold(f"renewal quote {key}")
        made = quote_by_key(key)
        if made is not None:
            return made
        renewal = locked(actor, renewal_id, version, now=now)
        quote = RenewalQuote.objects.create(
            renewal=renewal, number=renewal.quotes_made + 1, form_key=key or None, product=product, starts_on=starts,
            ends_on=add_years(starts, 1, include_start_day=True),
            sum_insured=sum(cover.sum_insured for cover in draft.covers if not cover.is_rider),
            deductible=next((cover.deductible for cover in draft.covers if cover.deductible is not None), None),
            premium=priced.premium, covers=list(priced.covers), basis=priced.basis, note=draft.note.strip()[:200],
            valid_until=_valid_until(renewal, draft, starts, today), made_by_id=actor.id,
            made_by_name=actor.name[:40], made_at=now,
        )  # fmt: skip
        renewal.quotes_made += 1
        facts = {"quote": quote.number, "premium": quote.premium}
        take(actor, renewal, "QUOTE", now, columns=("quotes_made",), detail=facts)
    return quote


def _offered(renewal: Renewal, draft: QuoteDraft, today: date) -> Product:
    for product in offers_for(renewal, today):
        if product.pk == draft.product_id:
            return product
    raise Invalid([Refused("policy.product_stopped", field="product")])


def _check(renewal: Renewal, product: Product, draft: QuoteDraft, today: date) -> None:
    if renewal.stopped_on is not None:
        raise Refused("renewal.stopped")
    if renewal.stage not in LIVE:
        raise Refused("renewal.wrong_stage")
    if today < renewal.quotes_from:
        raise Refused("renewal.quotes_closed", on=renewal.quotes_from.isoformat())
    if renewal.quotes_made >= MOST_QUOTES:
        raise Refused("renewal.too_many", most=MOST_QUOTES)
    check_words(draft.note, product.kind, "note")
    if draft.valid_days is not None and not 1 <= draft.valid_days <= 90:
        raise Invalid([Refused("renewal.validity", field="valid_days", most=90)])


def _valid_until(renewal: Renewal, draft: QuoteDraft, starts: date, today: date) -> date:
    """Return the last day of a quote: by draft or window, and never beyond the day on which cover would begin."""
    days = draft.valid_days or window_for(windows_in_force(), renewal.kind).validity
    return min(today + timedelta(days=days), starts)


def accept_quote(*, actor: Actor, renewal_id: int, number: int, version: int | None, now: datetime) -> Renewal:
    """Keep that the customer accepted a quote; one at a time. Where the new cover is underwritten it is applied for.

    Raises `Refused` renewal.no_quote, renewal.quote_over, renewal.wrong_stage, what `applying.apply_where_needed`
    raises, and `Conflict`.
    """
    actor.require(permissions.RENEW)
    with transaction.atomic():
        renewal = locked(actor, renewal_id, version, now=now)
        quote = access_quote(renewal, number)
        if quote.state != State.OFFERED or quote.valid_until < now.date():
            raise Refused("renewal.quote_over")
        RenewalQuote.objects.filter(pk=quote.pk).update(state=State.ACCEPTED)
        renewal.new_premium = quote.premium
        take(actor, renewal, "ACCEPT", now, columns=("new_premium",), detail={"quote": number})
        apply_where_needed(actor, renewal, quote, now)
    return renewal


def withdraw_acceptance(*, actor: Actor, renewal_id: int, version: int | None, now: datetime) -> Renewal:
    """Take an acceptance back before the contract is issued; the quote can be accepted again while it holds.

    An application that was not handed in yet is withdrawn with it. Raises `Refused` renewal.wrong_stage,
    renewal.application_open, and `Conflict`.
    """
    actor.require(permissions.RENEW)
    with transaction.atomic():
        # The application is locked before its renewal, as its own steps do it.
        if withdraw_draft(actor, access_renewal(actor, renewal_id, now=now), version, now):
            return access_renewal(actor, renewal_id, now=now)
        renewal = locked(actor, renewal_id, version, now=now)
        RenewalQuote.objects.filter(renewal=renewal, state=State.ACCEPTED).update(state=State.OFFERED)
        renewal.new_premium = None
        take(actor, renewal, "WITHDRAW", now, columns=("new_premium",))
    return renewal
