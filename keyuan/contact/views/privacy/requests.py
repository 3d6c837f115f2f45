"""Pages of privacy requests: taking in, checking, copying, taking out, answering (PLT-8; PIPL 44-50)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.contact import permissions
from keyuan.contact.forms import privacy as forms
from keyuan.contact.forms import privacy_words as words
from keyuan.contact.models import PrivacyRequest, PrivacyStep
from keyuan.contact.rules.privacy import requests as rules
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.privacy.requests import access_request, copy_job, erasures_of, steps_of
from keyuan.contact.services.privacy import copying, erasing
from keyuan.contact.services.privacy import requests as services
from keyuan.customers.models import Customer
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.errors import Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.clocks.timetables import calendar_in_force
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.jobs import TrackedJob, enqueue
from keyuan.platform.privacy import record_types
from keyuan.platform.toasts import toast

#: What each act of the page asks for; those without a field are buttons.
FORMS: dict[str, type[Form]] = {
    "check": forms.CheckForm,
    "pause": forms.PauseForm,
    "refuse": forms.RefuseForm,
    "finish": forms.AnswerForm,
    "drop": forms.ReasonForm,
    "erase": forms.ReasonForm,
    "take": Form,
    "resume": Form,
    "copy": Form,
}
OUTSIDE = "keyuan.contact.jobs.privacy.finish_erasure"


def request_url(request_id: int) -> str:
    """Return the address of a request's page."""
    return reverse("contact:privacy-request", args=[request_id])


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.PRIVACY)
def request_new(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Take a request in, from the customer's page."""
    now = clock.now()
    customer = access_customer(request.actor, customer_id, now=now)
    form = forms.RequestForm(request.POST or None, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.receive_request(actor=request.actor, customer_id=customer_id, now=now, **form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("The request was taken in as %(number)s") % {"number": made.number})
            return _to(request, request_url(made.pk))
    return ask(request, customer, form, title=_("Take in a privacy request"), verb=_("Take it in"))


def _to(request: StaffRequest, url: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def ask(request: StaffRequest, customer: Customer, form: Form, *, title: str, verb: str, **more: Any) -> HttpResponse:
    """Show a small form about a customer in the dialog, or as a page."""
    context = {
        "customer": customer,
        "label": customer_label(request.actor, customer),
        "form": form,
        "title": title,
        "verb": verb,
        **more,
    }
    status = 422 if form.errors else 200
    return page(request, "contact/privacy/dialog.html", context, part="dialog", status=status)


@require_safe
@allow(permissions.PRIVACY)
def privacy_request(request: StaffRequest, request_id: int) -> HttpResponse:
    """One request: its clock, what can be done next, what was done."""
    return _shown(request, access_request(request.actor, request_id, now=clock.now()), {})


def _shown(request: StaffRequest, found: PrivacyRequest, filled: Mapping[str, Form]) -> HttpResponse:
    """Show the page; a form of ``filled`` stands open with what was typed and what is wrong with it."""
    actor, now = request.actor, clock.now()
    state = words.request_state(found.status)
    is_open = found.status in rules.OPEN
    wants_erasure = found.kind in (rules.DELETE, rules.DECEASED)
    plan = erasing.plan_of(found.customer_id, now.date()) if wants_erasure and is_open else None
    context = {
        "item": found,
        "customer_name": customer_label(actor, found.customer),
        "kind": words.word(words.KINDS, found.kind),
        "article": rules.ARTICLES[found.kind],
        "state_word": state.text,
        "state_tone": state.tone,
        "applicant": words.word(words.APPLICANTS, found.applicant),
        "source": labels.label_of(labels.SOURCES, found.source),
        "checked_how": words.word(words.CHECKS, found.checked_how) if found.checked_how else "",
        "pause": words.word(words.PAUSES, found.pause_reason) if found.pause_reason else "",
        "refusal": words.word(words.REASONS, found.refusal) if found.refusal else "",
        "left": rules.working_days_left(now.date(), found.due_on, calendar_in_force()),
        "steps": [_step(row) for row in steps_of(found)],
        "is_open": is_open,
        "is_working": found.status == rules.WORKING,
        "wants_copy": found.kind in rules.COPIES,
        "may_copy": actor.may(permissions.PRIVACY_COPY),
        "copy_url": reverse("contact:privacy-fetch", args=[found.pk]) if copying.has_copy(found, now) else "",
        "copying": _copying(found),
        "copy_until": found.copied_at and found.copied_at + timedelta(days=rules.COPY_DAYS),
        "wants_erasure": wants_erasure,
        "may_erase": actor.may(permissions.PRIVACY_ERASE),
        "plan": plan,
        "reasons": [_reason(row) for row in plan.reasons] if plan else [],
        "erasures": erasures_of(found.customer_id) if wants_erasure else [],
        "forms": {**_forms(found), **filled},
        "next_url": _next_url(found),
    }
    return page(request, "contact/privacy/request.html", context, status=422 if filled else 200)


def _copying(found: PrivacyRequest) -> dict[str, Any] | None:
    """Say how far the copy is while it is being made, or why it was not."""
    job = copy_job(found)
    if job is None or job.status in (TrackedJob.Status.DONE, TrackedJob.Status.CANCELLED):
        return None
    return {"job": job, "is_open": job.status in TrackedJob.LIVE, "word": job.get_status_display()}


def _step(row: PrivacyStep) -> dict[str, Any]:
    return {"row": row, "word": words.word(words.STEPS, row.step), "code": words.word(words.CODES, row.code)}


def _reason(reason: Any) -> dict[str, Any]:
    kind = record_types.get(reason.key)
    return {"label": kind.label if kind else reason.key, "until": reason.until, "law": reason.law}


def _forms(found: PrivacyRequest) -> dict[str, Form]:
    if found.status not in rules.OPEN:
        return {}
    offered = ["refuse", "drop"]
    if found.status == rules.RECEIVED:
        offered.append("check")
    if found.status in (rules.RECEIVED, rules.WORKING):
        offered.append("pause")
    if found.status == rules.WORKING:
        offered += ["finish", "erase"]
    return {name: _form(name) for name in offered}


def _form(name: str, data: Any = None) -> Form:
    """Return a form of the page; several hold a reason, so each has ids of its own."""
    return FORMS[name](data, auto_id=f"{name}-%s")


def _next_url(found: PrivacyRequest) -> str:
    """Return where the work itself is done, for requests that change the record."""
    if found.kind == rules.CORRECT:
        return reverse("customers:customer-edit", args=[found.customer_id])
    if found.kind == rules.WITHDRAW:
        return reverse("customers:customer", args=[found.customer_id]) + "?tab=contact"
    return ""


def _act(
    request: StaffRequest, request_id: int, name: str, act: Callable[[dict[str, Any]], object], said: str
) -> HttpResponse:
    """Do what the form ``name`` asks for. Where that is refused, the page comes back with what was typed."""
    access_request(request.actor, request_id, now=clock.now())
    form = _form(name, request.POST)
    try:
        if form.is_valid():
            act(form.cleaned_data)
            toast(request, said)
            return HttpResponseRedirect(request_url(request_id))
    except Refused as error:
        explain(form, error)
    found = access_request(request.actor, request_id, now=clock.now())
    if name in _forms(found):
        return _shown(request, found, {name: form})
    # A button, or a form that the request offers no longer, since somebody closed it meanwhile.
    toast(request, " ".join(str(text) for texts in form.errors.values() for text in texts), failed=True)
    return HttpResponseRedirect(request_url(request_id))


def _verb(name: str, do: Callable[..., object], said: Any, doc: str) -> Callable[..., HttpResponse]:
    """Return the page that does one thing with a request: the form's values go to the service, then it is ``said``."""

    @require_POST
    @allow(permissions.PRIVACY)
    def view(request: StaffRequest, request_id: int) -> HttpResponse:
        def act(data: dict[str, Any]) -> object:
            return do(actor=request.actor, request_id=request_id, now=clock.now(), **data)

        return _act(request, request_id, name, act, str(said))

    view.__doc__ = doc
    return view


def _drop(*, reason: str, **more: Any) -> object:
    return services.drop_request(note=reason, **more)


request_check = _verb(
    "check", services.check_identity, gettext_lazy("The identity was checked"), "Note how the identity was checked."
)
request_take = _verb("take", services.take_request, gettext_lazy("The request is yours"), "Make it one's own work.")
request_pause = _verb("pause", services.pause_request, gettext_lazy("The clock stands still"), "Stop the clock.")
request_resume = _verb("resume", services.resume_request, gettext_lazy("The clock runs again"), "Let the clock run.")
request_refuse = _verb(
    "refuse", services.refuse_request, gettext_lazy("The request was refused"), "Refuse with a reason."
)
request_finish = _verb(
    "finish", services.finish_request, gettext_lazy("The request was answered"), "Close it as answered."
)
request_drop = _verb(
    "drop", _drop, gettext_lazy("The request was closed"), "Close it because the customer took it back."
)


@require_POST
@allow(permissions.PRIVACY_COPY)
@confirmed
def request_copy(request: StaffRequest, request_id: int) -> HttpResponse:
    """Let the copy be made, by one click; the request's page shows how far it is."""

    def act(_data: dict[str, Any]) -> object:
        return copying.start_copy(actor=request.actor, request_id=request_id, now=clock.now())

    return _act(request, request_id, "copy", act, _("The copy is being made; this page says when it is ready"))


@require_safe
@allow(permissions.PRIVACY_COPY)
@confirmed
def request_fetch(request: StaffRequest, request_id: int) -> HttpResponse:
    """Note the download, and send the browser to the file."""
    return HttpResponseRedirect(copying.fetch_copy(actor=request.actor, request_id=request_id, now=clock.now()))


@require_POST
@allow(permissions.PRIVACY_ERASE)
@confirmed
def request_erase(request: StaffRequest, request_id: int) -> HttpResponse:
    """Take out what may go."""

    def act(data: dict[str, Any]) -> object:
        erasure = erasing.erase_for_request(
            actor=request.actor, request_id=request_id, reason=data["reason"], now=clock.now()
        )
        return enqueue(OUTSIDE, erasure_id=erasure.pk)

    return _act(request, request_id, "erase", act, _("What may go was taken out"))
