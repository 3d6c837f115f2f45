"""Pages of messages: what became of one, deciding, the panel of a customer, sending (PLT-11)."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from keyuan.contact import permissions
from keyuan.contact.forms.message_words import LANGUAGES, RESULTS, because_word, message_state
from keyuan.contact.forms.messages import DecisionForm, SendForm
from keyuan.contact.forms.wording import reason_sentence, until_words
from keyuan.contact.models import Message, MessageTemplate
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.messages.outbox import PANEL_LIMIT, access_message, messages_of_customer
from keyuan.contact.selectors.messages.templates import usable_templates, usable_version, variables_of
from keyuan.contact.services.messages import deciding
from keyuan.contact.services.messages.queueing import POINT_OF, Draft, NotSent, send
from keyuan.contact.services.messages.reading import masked_text, reveal_text
from keyuan.customers.models import Customer
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.archive import contacts_of
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import may_reveal, present
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


def message_url(message_id: int) -> str:
    """Return the address of a message's page."""
    return reverse("contact:message", args=[message_id])


@require_safe
@allow(permissions.OUTBOX)
def message(request: StaffRequest, message_id: int) -> HttpResponse:
    """One message with its text, masked, and its tries; as a page or in the side panel."""
    found = access_message(request.actor, message_id, now=clock.now())
    template = "message_panel" if request.GET.get("panel") else "message"
    context = {**_described(request, found), "full_url": message_url(found.pk), "form": DecisionForm()}
    return page(request, f"contact/messages/{template}.html", context)


def _described(request: StaffRequest, found: Message) -> dict[str, Any]:
    actor, state = request.actor, message_state(found)
    is_mine = found.created_by_id is not None and found.created_by_id == actor.id
    may_decide = actor.may(permissions.DECIDE)
    return {
        "message": found,
        "template": found.template_version.template,
        "customer_name": customer_label(actor, found.customer),
        "state_word": state.text,
        "state_tone": state.tone,
        "because": because_word(found.because),
        "channel": labels.label_of(labels.CHANNELS, found.channel),
        "purpose": labels.label_of(labels.PURPOSES, found.purpose),
        "language": LANGUAGES.get(found.language, found.language),
        "address": _address(request, found),
        "text": masked_text(actor, found),
        "reveal_url": reverse("contact:message-text", args=[found.pk]) if may_reveal(actor, "message_values") else "",
        "tries": [_try(line) for line in reversed(found.tries)],
        "may_cancel": found.status == "QUEUED" and (is_mine or may_decide),
        "may_retry": found.status in ("FAILED", "CANCELLED") and may_decide,
        "in_doubt": found.status == "UNKNOWN" and may_decide,
    }


def _address(request: StaffRequest, found: Message) -> str:
    point = found.contact_point
    if point is None:
        return ""
    return present(request.actor, point.phone or point.email or point.social_account)


def _try(line: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromisoformat(line["at"])
    return {"at": at, "ms": line["ms"], "word": RESULTS.get(line["result"], line["result"]), "code": line["code"]}


@require_POST
@allow(permissions.OUTBOX)
def message_text(request: StaffRequest, message_id: int) -> HttpResponse:
    """Show the text whole, with a reason, on record."""
    reason = request.POST.get("reason", "")
    try:
        text = reveal_text(actor=request.actor, message_id=message_id, reason=reason, now=clock.now())
    except Refused as error:
        return JsonResponse({"error": say(error)}, status=422)
    return JsonResponse({"value": text})


def _act(request: StaffRequest, message_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, said)
    return HttpResponseRedirect(message_url(message_id))


@require_POST
@allow(permissions.OUTBOX)
def message_cancel(request: StaffRequest, message_id: int) -> HttpResponse:
    """Stop a message that has not left."""

    def act() -> object:
        return deciding.cancel_message(
            actor=request.actor, message_id=message_id, reason=request.POST.get("reason", ""), now=clock.now()
        )

    return _act(request, message_id, act, _("The message was stopped"))


@require_POST
@allow(permissions.DECIDE)
def message_retry(request: StaffRequest, message_id: int) -> HttpResponse:
    """Send once more."""

    def act() -> object:
        return deciding.retry_message(actor=request.actor, message_id=message_id, now=clock.now())

    return _act(request, message_id, act, _("The message is on its way again"))


@require_POST
@allow(permissions.DECIDE)
def message_decide(request: StaffRequest, message_id: int) -> HttpResponse:
    """Say what became of a message in doubt."""
    access_message(request.actor, message_id, now=clock.now())
    form = DecisionForm(request.POST)
    if not form.is_valid():
        toast(request, _("Choose what became of the message, and say how you know."), failed=True)
        return HttpResponseRedirect(message_url(message_id))

    def act() -> object:
        return deciding.decide_message(actor=request.actor, message_id=message_id, now=clock.now(), **form.cleaned_data)

    return _act(request, message_id, act, _("The decision was recorded"))


@require_GET
@allow(permissions.OUTBOX)
def customer_messages(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The panel: the latest messages to a customer."""
    access_customer(request.actor, customer_id, now=clock.now())
    limit = 200 if request.GET.get("whole") else PANEL_LIMIT
    rows = list(messages_of_customer(customer_id)[: limit + 1])
    shown = [
        {
            "row": row,
            "name": row.template_version.template.name,
            "channel": labels.label_of(labels.CHANNELS, row.channel),
            "state": message_state(row),
            "because": because_word(row.because),
        }
        for row in rows[:limit]
    ]
    context = {
        "rows": shown,
        "more": len(rows) > limit,
        "customer_id": customer_id,
        "may_send": request.actor.may(permissions.SEND),
    }
    return page(request, "contact/panels/messages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.SEND)
def customer_send(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Send a message: choose a template, fill its places, see what will be read, send."""
    customer = access_customer(request.actor, customer_id, now=clock.now())
    offered = usable_templates(request.actor)
    chosen = _chosen(request, offered)
    context: dict[str, Any] = {
        "customer": customer,
        "label": customer_label(request.actor, customer),
        "templates": [(row, labels.label_of(labels.CHANNELS, row.channel)) for row, _version in offered],
        "template": chosen,
        "title": _("Send a message"),
    }
    if chosen is None:
        return page(request, "contact/messages/send.html", context, part="dialog")
    form = _send_form(request, customer, chosen)
    context["form"] = form
    if request.method == "POST" and form.is_valid():
        answer = _sent(request, customer, chosen, form)
        if isinstance(answer, Message):
            toast(request, _("The message stands in the outbox"))
            return _done(request, customer.pk)
        if isinstance(answer, NotSent) and answer.refusal is not None:
            context["reasons"] = [
                (reason_sentence(block.code, block.params), until_words(block.until))
                for block in answer.refusal.reasons
            ]
    status = 422 if form.errors or context.get("reasons") else 200
    return page(request, "contact/messages/send.html", context, part="dialog", status=status)


def _chosen(request: StaffRequest, offered: list[tuple[MessageTemplate, int]]) -> MessageTemplate | None:
    wanted = request.POST.get("template") or request.GET.get("template") or ""
    return next((row for row, _version in offered if str(row.pk) == wanted), None)


def _send_form(request: StaffRequest, customer: Customer, template: MessageTemplate) -> SendForm:
    kind = POINT_OF[template.channel]
    points = [
        (str(row.pk), present(request.actor, row.phone or row.email or row.social_account))
        for row in contacts_of(customer)
        if row.kind == kind and row.invalid_at is None
    ]
    version = usable_version(template)
    variables = variables_of(version) if version else ()
    initial = {"key": secrets.token_hex(12)}
    return SendForm(request.POST or None, variables=variables, points=points, initial=initial)


def _sent(
    request: StaffRequest, customer: Customer, template: MessageTemplate, form: SendForm
) -> Message | NotSent | None:
    values = form.cleaned_data
    point = values.get("contact_point")
    draft = Draft(
        customer.pk,
        form.values(),
        # A form sent twice is one message.
        key=f"form:{request.actor.id}:{values['key']}" if values.get("key") else "",
        contact_point_id=int(point) if point else None,
        not_before=values.get("not_before"),
    )
    try:
        answer = send(actor=request.actor, template_id=template.pk, draft=draft, now=clock.now())
    except Refused as error:
        form.explain(error)
        return None
    if isinstance(answer, NotSent) and isinstance(answer.error, Refused):
        form.explain(answer.error)
    return answer


def _done(request: StaffRequest, customer_id: int) -> HttpResponse:
    page_url = reverse("customers:customer", args=[customer_id])
    if not request.htmx:
        return HttpResponseRedirect(page_url)
    if (request.htmx.current_url_abs_path or "").startswith(request.path):
        # The form stood on a page of its own: there is no dialog to close.
        return HttpResponse(status=204, headers={"HX-Redirect": page_url})
    events = '{"dialog:close": {}, "panel-messages": {}, "panel-timeline": {}, "panel-contacting": {}}'
    return HttpResponse(status=204, headers={"HX-Trigger": events})
