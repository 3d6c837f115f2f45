"""A key account on the customer's page: managers, reception, contacts, reports, review (CUS-10)."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.customers import permissions
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.forms.special import RECEPTIONS, EndForm, KeyAccountForm, RenewForm, ReportForm
from keyuan.customers.selectors.key_accounts import access_account, account_of, reports_of
from keyuan.customers.services.accounts import key_accounts as services
from keyuan.customers.views.answers import ask, changed
from keyuan.customers.views.opened import opened, panel_context
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.people import names_of

PANEL = ("key_account", "timeline", "recent", "next_steps")


@require_GET
@allow(permissions.VIEW)
def key_account(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Whether the customer is a key account, and what follows from it."""
    customer = opened(request, customer_id)
    account = account_of(customer.pk)
    more: dict[str, Any] = {"account": account, "may_manage": request.actor.may(permissions.KEY_ACCOUNTS)}
    if account is not None:
        names = names_of([account.underwriting_manager_id, account.claims_manager_id])
        more |= {
            "reception": RECEPTIONS[account.reception],
            "underwriting": names.get(account.underwriting_manager_id, ""),
            "claims": names.get(account.claims_manager_id, ""),
            "contacts": [(row, _eye(request.actor, customer.pk, row)) for row in account.contacts.order_by("position")],
            "reports": reports_of(account),
            "today": clock.today(),
        }
    return page(request, "customers/accounts/panel.html", panel_context(request, customer_id, **more))


def _eye(actor: Actor, customer_id: int, row: Any) -> str:
    """Return where a contact's phone is opened with a reason; empty for posts that may open nothing."""
    if not row.phone or not actor.may(permissions.REVEAL):
        return ""
    return reverse("customers:reveal", args=[customer_id, "key-contact", row.pk])


@require_http_methods(["GET", "POST"])
@allow(permissions.KEY_ACCOUNTS)
def key_account_edit(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Make a customer a key account, or change what was agreed."""
    customer = opened(request, customer_id)
    account, now = account_of(customer.pk), clock.now()
    form = KeyAccountForm(request.POST or None, actor=request.actor, today=now.date(), account=account)
    if request.method == "POST" and form.is_valid():
        try:
            if account is None:
                services.open_account(actor=request.actor, customer_id=customer.pk, draft=form.draft(), now=now)
            else:
                version = form.cleaned_data["version"] or account.version
                services.change_account(
                    actor=request.actor, account_id=account.pk, version=version, draft=form.draft(), now=now
                )
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, PANEL, _("The key account is saved"))
    return ask(request, customer, form, title=_("Key account"), verb=_("Save"))


@require_http_methods(["GET", "POST"])
@allow(permissions.INTERACT)
def key_account_report(request: StaffRequest, account_id: int) -> HttpResponse:
    """File a contact report."""
    account = access_account(request.actor, account_id, now=clock.now())
    form = ReportForm(request.POST or None, today=clock.today())

    def file() -> None:
        values = form.cleaned_data
        services.report_contact(
            actor=request.actor, account_id=account.pk, on=values["reported_on"], summary=values["summary"],
            next_steps=values["next_steps"], now=clock.now(),
        )  # fmt: skip

    return _answer(request, account.customer_id, form, file, _("Contact report"), _("File it"))


@require_http_methods(["GET", "POST"])
@allow(permissions.KEY_ACCOUNTS)
def key_account_review(request: StaffRequest, account_id: int) -> HttpResponse:
    """Confirm a key account after its review."""
    account = access_account(request.actor, account_id, now=clock.now())
    form = RenewForm(request.POST or None, today=clock.today())

    def confirm() -> None:
        values = form.cleaned_data
        services.review_account(
            actor=request.actor, account_id=account.pk, review_on=values["review_on"], reason=values["note"],
            now=clock.now(),
        )  # fmt: skip

    return _answer(request, account.customer_id, form, confirm, _("Review of a key account"), _("Confirm"))


@require_http_methods(["GET", "POST"])
@allow(permissions.KEY_ACCOUNTS)
def key_account_end(request: StaffRequest, account_id: int) -> HttpResponse:
    """End a key account."""
    account = access_account(request.actor, account_id, now=clock.now())
    form = EndForm(request.POST or None)

    def end() -> None:
        reason = form.cleaned_data["reason"]
        services.end_account(actor=request.actor, account_id=account.pk, reason=reason, now=clock.now())

    return _answer(request, account.customer_id, form, end, _("End the key account"), _("End it"))


def _answer(request: StaffRequest, customer_id: int, form: forms.Form, act: Any, title: Any, verb: Any) -> HttpResponse:
    """Ask with ``form``, act when it is sent well, and say what is wrong beside its field."""
    customer = opened(request, customer_id)
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, PANEL, _("Saved"))
    return ask(request, customer, form, title=title, verb=verb)
