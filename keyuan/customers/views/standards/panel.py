"""What a customer may have and used, on the 360° page; asking for exceptions and deciding them (CUS-14)."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.forms.standards import REASONS, ExceptionForm, NoteForm, quota_text, tier_name, time_text
from keyuan.customers.models import ServiceException
from keyuan.customers.rules.standards import BASE
from keyuan.customers.selectors import standards as selectors
from keyuan.customers.services.standards.exceptions import ExceptionDraft, ask_exception, decide_exception
from keyuan.customers.services.standards.uses import take_back_use, use_entitlement
from keyuan.customers.views.answers import ask, changed
from keyuan.customers.views.opened import is_whole, opened, panel_context
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

PANEL = ("entitlements",)
ACTS = ("approve", "refuse", "withdraw", "revoke")


@require_GET
@allow(permissions.VIEW)
def entitlements(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Tier with its reason and history, what the customer may have, what was used, what was asked beyond it."""
    customer = opened(request, customer_id)
    today = clock.today()
    tier = customer.summary.tier or BASE
    standard = selectors.standard_on(today)
    rows = selectors.entitlements_of(customer.pk, tier, standard, on=today) if standard else []
    membership = selectors.membership_of(customer.pk)
    whole = is_whole(request)
    more = {
        "tier": tier_name(tier),
        "membership": membership,
        "why": REASONS.get(membership.reason, "") if membership else "",
        "stars": "★" * membership.stars if membership else "",
        "rows": [_line(name, entry) for name, entry in rows],
        "exceptions": [exception_line(request.actor, row) for row in selectors.exceptions_of(customer.pk)],
        "steps": [step_line(step) for step in selectors.tier_history(customer.pk)] if whole else [],
        "uses": selectors.uses_of(customer.pk) if whole else [],
        "names": {entry.item: name for name, entry in rows},
        "may_ask": request.actor.may(permissions.EXCEPTION_ASK),
    }
    return page(request, "customers/panels/entitlements.html", panel_context(request, customer_id, **more))


def _line(name: str, entry: selectors.Entitled) -> dict[str, Any]:
    return {
        "item": entry.item,
        "name": name,
        "service": entry.service,
        "quota": quota_text(entry.quota),
        "used": entry.used,
        "left": entry.left,
        "time": time_text(entry.response_minutes),
        "beyond": entry.by == "EXCEPTION",
        "until": entry.until,
        "token": f"{entry.item}-{entry.used}",
    }


def step_line(step: Any) -> dict[str, Any]:
    """Return a step between tiers in words."""
    return {
        "on": step.changed_on,
        "before": tier_name(step.from_tier),
        "after": tier_name(step.to_tier),
        "stars": "★" * step.stars,
        "why": REASONS.get(step.reason, step.reason),
        "vip": step.vip_premium,
        "edition": step.standard_no,
    }


def exception_line(actor: Actor, row: ServiceException) -> dict[str, Any]:
    """Return a request with what this actor may do with it."""
    own = row.asked_by_id == actor.id
    acts = []
    if row.status == "ASKED" and actor.may(permissions.EXCEPTION_DECIDE) and not own:
        acts += ["approve", "refuse"]
    if row.status == "ASKED" and own:
        acts.append("withdraw")
    if row.status == "APPROVED" and actor.may(permissions.EXCEPTION_DECIDE):
        acts.append("revoke")
    word, tone = exception_state(row.status)
    return {"row": row, "word": word, "tone": tone, "acts": [(act, act_word(act)) for act in acts]}


def exception_state(status: str) -> tuple[Any, str]:
    """Return the word and tone of a request's state."""
    words = {
        "ASKED": (_("Waits for a decision"), "warn"),
        "APPROVED": (_("Approved"), "ok"),
        "REFUSED": (_("Refused"), "bad"),
        "WITHDRAWN": (_("Withdrawn"), ""),
        "REVOKED": (_("Revoked"), "bad"),
        "EXPIRED": (_("Over"), ""),
    }
    return words.get(status, (status, ""))


def act_word(act: str) -> Any:
    """Return the verb of an act on a request."""
    words = {"approve": _("Approve"), "refuse": _("Refuse"), "withdraw": _("Withdraw"), "revoke": _("Revoke")}
    return words.get(act, act)


@require_http_methods(["GET", "POST"])
@allow(permissions.EXCEPTION_ASK)
def exception_add(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Ask for something beyond the tier."""
    customer = opened(request, customer_id)
    today = clock.today()
    standard = selectors.standard_on(today)
    if standard is None:
        raise NotFound("standard.not_found")
    form = ExceptionForm(request.POST or None, standard=standard, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            draft = ExceptionDraft(**form.cleaned_data)
            ask_exception(actor=request.actor, customer_id=customer.pk, draft=draft, now=clock.now())
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, PANEL, _("The request waits for another person's decision"))
    return ask(request, customer, form, title=_("Ask for an exception"), verb=_("Submit"))


@require_http_methods(["GET", "POST"])
@allow(permissions.EXCEPTION_ASK)
def exception_act(request: StaffRequest, exception_id: int, exception_step: str) -> HttpResponse:
    """Approve, refuse, withdraw or revoke a request; the reason is asked where one is kept."""
    row = selectors.access_exception(request.actor, exception_id, now=clock.now())
    if exception_step not in ACTS:
        raise NotFound("exception.not_found")
    customer = opened(request, row.customer_id)
    form = NoteForm(request.POST or None)
    form.fields["note"].required = exception_step in ("refuse", "revoke")
    if request.method == "POST" and form.is_valid():
        try:
            decide_exception(
                actor=request.actor, exception_id=row.pk, act=exception_step, note=form.cleaned_data["note"],
                now=clock.now(),
            )  # fmt: skip
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, PANEL, _("The decision is kept"))
    return ask(request, customer, form, title=row.service, verb=act_word(exception_step))


@require_POST
@allow(permissions.INTERACT)
def entitlement_use(request: StaffRequest, customer_id: int, item_code: str) -> HttpResponse:
    """Record that a service was used; once, however often the button is pressed."""
    now = clock.now()
    token = f"{customer_id}-{now.year}-{request.POST.get('token', '')}"
    try:
        use = use_entitlement(
            actor=request.actor, customer_id=customer_id, item=item_code, on=now.date(), note="", token=token, now=now
        )
    except Refused as error:
        toast(request, say(error), failed=True)
        return changed(request, customer_id, PANEL)
    undo = reverse("customers:entitlement-take-back", args=[customer_id, use.pk])
    return changed(request, customer_id, PANEL, _("The use is recorded"), undo=undo)


@require_POST
@allow(permissions.INTERACT)
def entitlement_take_back(request: StaffRequest, customer_id: int, use_id: int) -> HttpResponse:
    """Take a use back."""
    take_back_use(actor=request.actor, customer_id=customer_id, use_id=use_id, now=clock.now())
    return JsonResponse({"text": _("Taken back")})
