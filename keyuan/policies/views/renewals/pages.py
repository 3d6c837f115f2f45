"""One chance of renewal: the old cover beside the quotes, and what is done with it (POL-4)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.contact import permissions as contact_permissions
from keyuan.kernel.codes import ProductKind
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import attempts, clock
from keyuan.platform.crypto.presenter import present
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.renewals import ContactForm, IssueForm, LoseForm, QuoteForm, StopForm, first_of
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import Renewal, RenewalQuote
from keyuan.policies.rules.renewals.stages import LIVE, Stage
from keyuan.policies.rules.renewals.windows import window_for
from keyuan.policies.rules.renewals.words import HEALTH
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.applications.labels import STATUSES as APPLICATION_STATES
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.renewals import (
    access_renewal,
    applications_of,
    events_of,
    open_application,
    quotes_of,
    renewal_of,
    windows_in_force,
)
from keyuan.policies.selectors.renewals.comparing import comparison
from keyuan.policies.selectors.renewals.facts import offers_for, old_covers, past_of
from keyuan.policies.selectors.renewals.labels import ACTS, BASES, HEALTH_NOTICE, REASONS, STAGES, STOP_WAYS
from keyuan.policies.services.renewals import issuing, quoting, working

GET_OR_POST = require_http_methods(["GET", "POST"])
SHOWN_QUOTES = 3


def _back(renewal_id: int) -> HttpResponse:
    return redirect("policies:renewal", renewal_id=renewal_id)


def head(request: StaffRequest, renewal: Renewal) -> dict[str, Any]:
    """Return what every page of a chance shows."""
    today, actor = clock.today(), request.actor
    agent = renewal.servicing_agent_id
    return {
        "renewal": renewal,
        "number": present(actor, renewal.policy_no, "policy_no"),
        "holder_name": present(actor, renewal.holder_name, "name"),
        "stage": STAGES[renewal.stage],
        "reason": REASONS.get(renewal.reason, ""),
        "stopped_how": STOP_WAYS.get(renewal.stopped_how, ""),
        "agent": agent_names([agent]).get(agent, "") if agent else "",
        "days_left": (renewal.expires_on - today).days,
        "today": today,
        "full_url": reverse("policies:renewal", args=[renewal.pk]),
    }


@require_GET
@allow(permissions.RENEW)
def renewal_detail(request: StaffRequest, renewal_id: int) -> HttpResponse:
    """Show a chance: dates, the old cover beside the quotes, history."""
    renewal = access_renewal(request.actor, renewal_id, now=clock.now())
    context = head(request, renewal)
    if request.GET.get("panel"):
        return page(request, "policies/renewals/panel.html", context)
    quotes = quotes_of(renewal)
    shown = quotes[:SHOWN_QUOTES]
    new = renewal.new_policy
    context |= {
        "quotes": [_quote_words(quote, renewal, context["today"]) for quote in quotes],
        "shown": shown,
        "rows": comparison(renewal, shown),
        "events": [(row, ACTS.get(row.act, row.act)) for row in events_of(renewal)[:60]],
        "new_number": policy_number(request.actor, new) if new else "",
        "applications": [(row, APPLICATION_STATES[row.status]) for row in applications_of(renewal)],
        "notice": HEALTH_NOTICE if renewal.kind in HEALTH else "",
        **_rights(request, renewal, context["today"]),
    }
    return page(request, "policies/renewals/detail.html", context)


def _rights(request: StaffRequest, renewal: Renewal, today: date) -> dict[str, bool]:
    live = renewal.stage in LIVE
    return {
        "is_live": live,
        "may_contact": live and request.actor.may(contact_permissions.START),
        "may_call": live and renewal.calls_from <= today,
        "may_quote": live and renewal.stage != Stage.ACCEPTED and renewal.quotes_from <= today,
        "may_issue": renewal.stage == Stage.ACCEPTED
        and request.actor.may(permissions.EDIT)
        and open_application(renewal) is None,
        "may_reopen": renewal.stage == Stage.LOST and renewal.stopped_on is None and renewal.lapses_on >= today,
        "may_resume": renewal.stopped_on is not None,
    }


def _quote_words(quote: RenewalQuote, renewal: Renewal, today: date) -> dict[str, Any]:
    is_good = quote.state == RenewalQuote.State.OFFERED and quote.valid_until >= today
    word: tuple[str, Any] = ("ok", pgettext("renewal", "Holds"))
    if quote.state == RenewalQuote.State.ACCEPTED:
        word = ("gold", pgettext("renewal", "Accepted"))
    elif not is_good:
        word = ("off", pgettext("renewal", "Ran out"))
    tables = ", ".join(str(one["table"]) for one in quote.basis.get("tables", []))
    return {
        "quote": quote,
        "state": word,
        "basis": BASES.get(str(quote.basis.get("kind")), ""),
        "basis_more": tables or quote.basis.get("tariff", ""),
        "may_accept": is_good and renewal.stage == Stage.QUOTED,
    }


Run = Callable[[dict[str, Any]], object]


def _form(
    request: StaffRequest, renewal: Renewal, form: forms.Form, run: Run, title: Any, done: Any, **more: Any
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            run(form.cleaned_data)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, done)
            return _back(renewal.pk)
    context = head(request, renewal) | {"form": form, "title": title, **more}
    return page(request, "policies/renewals/act.html", context, status=422 if form.is_bound else 200)


@GET_OR_POST
@allow(permissions.RENEW)
def renewal_contact(request: StaffRequest, renewal_id: int) -> HttpResponse:
    """Record a contact; a call before the window gets no permit."""
    now = clock.now()
    renewal = access_renewal(request.actor, renewal_id, now=now)
    form = ContactForm(request.POST or None, initial={"version": renewal.version})

    def run(values: dict[str, Any]) -> object:
        version = values.pop("version")
        draft = working.ContactDraft(**values)
        return working.record_contact(
            actor=request.actor, renewal_id=renewal.pk, version=version, draft=draft, now=now
        )  # fmt: skip

    title = pgettext("renewal", "Record a contact")
    return _form(request, renewal, form, run, title, pgettext("renewal", "The contact was recorded"))


@GET_OR_POST
@allow(permissions.RENEW)
def renewal_lose(request: StaffRequest, renewal_id: int) -> HttpResponse:
    """Close a chance as lost, with the reason."""
    now = clock.now()
    renewal = access_renewal(request.actor, renewal_id, now=now)
    form = LoseForm(request.POST or None, kind=renewal.kind, initial={"version": renewal.version})

    def run(values: dict[str, Any]) -> object:
        return working.lose(actor=request.actor, renewal_id=renewal.pk, now=now, **values)

    return _form(request, renewal, form, run, pgettext("renewal", "Not renewed"), pgettext("renewal", "Closed"))


@GET_OR_POST
@allow(permissions.RENEW)
def renewal_stop(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Keep that the customer wants no renewal of a contract, at any time."""
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            renewal = working.stop_renewal(actor=request.actor, policy_id=policy.pk, now=now, **form.cleaned_data)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, pgettext("renewal", "Renewal is stopped; nobody is reminded of it any more"))
            return _back(renewal.pk)
    context = {
        "form": form,
        "title": pgettext("renewal", "The customer wants no renewal"),
        "number": policy_number(request.actor, policy),
        "policy": policy,
        "back_url": reverse("policies:policy-detail", args=[policy.pk]),
    }
    return page(request, "policies/renewals/stop.html", context, status=422 if form.is_bound else 200)


@GET_OR_POST
@allow(permissions.EDIT)
def renewal_issue(request: StaffRequest, renewal_id: int) -> HttpResponse:
    """Issue the new contract once its premium came in."""
    now = clock.now()
    renewal = access_renewal(request.actor, renewal_id, now=now)
    first = {"version": renewal.version, "paid_on": now.date(), "method": "30"}
    form = IssueForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        version = values.pop("version")
        try:
            policy = issuing.issue_renewal(
                actor=request.actor, renewal_id=renewal.pk, version=version, paid=issuing.Paid(**values), now=now
            )
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, pgettext("renewal", "The new contract is issued"))
            return redirect("policies:policy-detail", policy_id=policy.pk)
    context = head(request, renewal) | {"form": form, "title": pgettext("renewal", "Issue the new contract")}
    return page(request, "policies/renewals/act.html", context, status=422 if form.is_bound else 200)


@GET_OR_POST
@allow(permissions.RENEW)
def renewal_quote(request: StaffRequest, renewal_id: int) -> HttpResponse:
    """Make a quote beside the old cover."""
    now = clock.now()
    renewal = access_renewal(request.actor, renewal_id, now=now)
    window = window_for(windows_in_force(), renewal.kind)
    past = past_of(renewal, now.date()) if renewal.kind == ProductKind.MOTOR else None
    first = {"version": renewal.version, "valid_days": window.validity, "premium": renewal.premium or None}
    offers, covers = offers_for(renewal, now.date()), old_covers(renewal.policy)
    form = QuoteForm(request.POST or None, offers=offers, covers=covers, initial=first | first_of(past))

    def run(values: dict[str, Any]) -> object:
        return quoting.make_quote(
            actor=request.actor, renewal_id=renewal.pk, version=values["version"], draft=form.draft(), now=now,
            token=attempts.named(request),
        )  # fmt: skip

    title, done = pgettext("renewal", "Make a quote"), pgettext("renewal", "The quote is kept")
    return _form(request, renewal, form, run, title, done, token=attempts.token_of(request), covers=covers)


@require_POST
@allow(permissions.RENEW)
def renewal_accept(request: StaffRequest, renewal_id: int, quote_number: int) -> HttpResponse:
    """Keep that the customer accepted a quote."""
    return _at_once(request, renewal_id, quoting.accept_quote, pgettext("renewal", "Accepted"), number=quote_number)


#: What takes one press.
PLAIN: dict[str, tuple[Callable[..., object], str]] = {
    "withdraw": (quoting.withdraw_acceptance, "WITHDRAW"),
    "reopen": (working.reopen, "REOPEN"),
    "resume": (working.resume_renewal, "RESUME"),
}


@require_POST
@allow(permissions.RENEW)
def renewal_step(request: StaffRequest, renewal_id: int, renewal_step: str) -> HttpResponse:
    """Take a step that needs no form."""
    if renewal_step not in PLAIN:
        raise NotFound("renewal.not_found")
    service, word = PLAIN[renewal_step]
    return _at_once(request, renewal_id, service, str(ACTS[word]))


def _at_once(
    request: StaffRequest, renewal_id: int, service: Callable[..., object], done: str, **more: Any
) -> HttpResponse:
    now = clock.now()
    access_renewal(request.actor, renewal_id, now=now)
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
    try:
        service(actor=request.actor, renewal_id=renewal_id, version=version, now=now, **more)
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, done)
    return _back(renewal_id)


@require_GET
@allow(permissions.RENEW)
def policy_renewal(request: StaffRequest, policy_id: int) -> HttpResponse:
    """The tab on a contract: its chance of renewal, or when it will come."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    renewal = renewal_of(policy.pk)
    context: dict[str, Any] = {"policy": policy, "renewal": renewal}
    if renewal is not None:
        context |= head(request, renewal)
    return page(request, "policies/renewals/tab.html", context)
