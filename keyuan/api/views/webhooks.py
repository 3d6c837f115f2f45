"""Receivers of events: adding, changing, watching (PLT-14)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.api import permissions
from keyuan.api.forms.webhook_forms import EndpointForm, PolicyForm, ReplayForm
from keyuan.api.models import WebhookDelivery, WebhookEndpoint
from keyuan.api.selectors import webhooks as reads
from keyuan.api.services import webhook_endpoints as services
from keyuan.api.services.webhook_endpoints import EndpointContents
from keyuan.api.services.webhook_replaying import replay_since
from keyuan.api.views.webhook_words import BECAUSE, delivery_state, endpoint_state, error_word, event_word
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.forms import explain, offer
from keyuan.organisation.selectors.labels import SALES_CHANNEL_LABELS
from keyuan.organisation.selectors.places import places
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, in_place_of_form, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


def endpoint_url(endpoint_id: int) -> str:
    """Return the address of an endpoint's page."""
    return reverse("api:webhook", args=[endpoint_id])


@require_safe
@allow(permissions.WEBHOOKS)
def endpoint(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    """One receiver: where it stands, what it hears, what it got lately."""
    found = reads.access_endpoint(request.actor, endpoint_id)
    state, counts = endpoint_state(found), reads.counts_of([found.pk])
    context = {
        "endpoint": found,
        "state_word": state.text,
        "state_tone": state.tone,
        "because": BECAUSE.get(found.disabled_because, ""),
        "channel": SALES_CHANNEL_LABELS.get(found.sales_channel),
        "events": [event_word(name) for name in found.event_types],
        "previous_until": reads.secret_until(found, clock.wall()),
        "waiting": counts.get((found.pk, str(WebhookDelivery.Status.PENDING)), 0),
        "failed": counts.get((found.pk, str(WebhookDelivery.Status.FAILED)), 0),
        "deliveries": [delivery_row(row) for row in reads.latest_deliveries(request.actor, found)],
    }
    return page(request, "api/webhooks/endpoint.html", context)


def delivery_row(row: Any) -> dict[str, Any]:
    """Return a delivery as the table of a receiver shows it."""
    state = delivery_state(row)
    return {
        "row": row,
        "event": event_word(row.event_type),
        "word": state.text,
        "tone": state.tone,
        "answer": error_word(row) if row.attempts else "",
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.WEBHOOKS)
@confirmed
def endpoint_new(request: StaffRequest) -> HttpResponse:
    """Add a receiver; its secret is shown once."""
    form = _form(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        contents = EndpointContents(**form.contents())
        try:
            made, secret = services.add_endpoint(
                actor=request.actor, contents=contents, now=clock.now(), wall=clock.wall()
            )
        except Refused as error:
            explain(form, error)
        else:
            return _secret(request, made, secret)
    return form_page(request, form, _("New receiver"), reverse("api:webhooks"), key="webhook")


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.WEBHOOKS)
@confirmed
def endpoint_edit(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    """Change a receiver."""
    found = reads.access_endpoint(request.actor, endpoint_id)
    names = ("name", "url", "description", "event_types", "sales_channel", "version")
    initial = {name: getattr(found, name) for name in names} | {"unit": found.unit_id}
    form = _form(request.actor, request.POST or None, initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_endpoint(
                actor=request.actor,
                endpoint_id=endpoint_id,
                version=form.cleaned_data["version"] or 0,
                contents=EndpointContents(**form.contents()),
                now=clock.now(),
            )
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(endpoint_url(endpoint_id))
    title = _("Edit %(name)s") % {"name": found.name}
    return form_page(request, form, title, endpoint_url(endpoint_id), key=f"webhook-{endpoint_id}")


def _form(actor: Actor, data: Any, initial: dict[str, Any] | None = None) -> EndpointForm:
    form = EndpointForm(data, initial=initial)
    offer(form, "unit", places(actor))
    return form


def form_page(request: StaffRequest, form: forms.Form, title: str, cancel_url: str, **more: Any) -> HttpResponse:
    """Render a form on a page of its own."""
    context = {"form": form, "title": title, "cancel_url": cancel_url} | more
    return page(request, "api/webhooks/form.html", context, status=422 if form.errors else 200)


def _secret(request: StaffRequest, found: WebhookEndpoint, secret: str) -> HttpResponse:
    """Show a secret; it is sealed in the database and cannot be shown again.

    A form that htmx sent gives its place to the page, under the address of the receiver: going back asks no form again.
    """
    url = endpoint_url(found.pk)
    response = page(request, "api/webhooks/secret.html", {"endpoint": found, "secret": secret, "next_url": url})
    return in_place_of_form(request, response, url)


@never_cache
@require_POST
@allow(permissions.WEBHOOKS)
@confirmed
def endpoint_secret(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    """Give a new secret; the previous one signs along for a while."""
    found, secret = services.rotate_secret(
        actor=request.actor, endpoint_id=endpoint_id, now=clock.now(), wall=clock.wall()
    )
    return _secret(request, found, secret)


def _act(request: StaffRequest, endpoint_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    """Do something to a receiver and go back to its page, saying what happened."""
    try:
        act()
    except NotFound:
        raise
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, said)
    return HttpResponseRedirect(endpoint_url(endpoint_id))


@require_POST
@allow(permissions.WEBHOOKS)
def endpoint_pause(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    """Hold back what comes."""

    def act() -> object:
        return services.pause_endpoint(actor=request.actor, endpoint_id=endpoint_id, now=clock.now())

    return _act(request, endpoint_id, act, _("Events are held back"))


@require_POST
@allow(permissions.WEBHOOKS)
def endpoint_resume(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    """Let a receiver go on."""

    def act() -> object:
        return services.resume_endpoint(
            actor=request.actor, endpoint_id=endpoint_id, now=clock.now(), wall=clock.wall()
        )

    return _act(request, endpoint_id, act, _("Events go to the receiver again"))


@require_POST
@allow(permissions.WEBHOOKS)
def endpoint_disable(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    """Switch a receiver off."""

    def act() -> object:
        return services.disable_endpoint(actor=request.actor, endpoint_id=endpoint_id, now=clock.now())

    return _act(request, endpoint_id, act, _("The receiver is switched off"))


@require_POST
@allow(permissions.WEBHOOKS)
def endpoint_test(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    """Send the test event."""

    def act() -> object:
        return services.send_test(actor=request.actor, endpoint_id=endpoint_id, now=clock.now(), wall=clock.wall())

    return _act(request, endpoint_id, act, _("The test event is on its way; its delivery stands on top"))


@require_POST
@allow(permissions.WEBHOOKS)
def endpoint_delete(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    """Delete a receiver."""
    found = reads.access_endpoint(request.actor, endpoint_id)
    services.delete_endpoint(actor=request.actor, endpoint_id=endpoint_id, now=clock.now(), wall=clock.wall())
    toast(request, _("%(name)s was deleted") % {"name": found.name})
    return HttpResponseRedirect(reverse("api:webhooks"))


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.WEBHOOKS)
def endpoint_replay(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    """Send what a receiver got since a moment again."""
    found = reads.access_endpoint(request.actor, endpoint_id)
    initial = {"since": clock.wall() - timedelta(days=1), "failed_only": True}
    form = ReplayForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            job = replay_since(actor=request.actor, endpoint_id=endpoint_id, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Events are being sent again"))
            return HttpResponseRedirect(reverse("platform:job", args=[job.pk]))
    title = _("Send events to %(name)s again") % {"name": found.name}
    note = _("They keep their ids, so that the receiver can pass over what it has seen.")
    more = {"key": "webhook-replay", "submit_label": _("Deliver again"), "note": note}
    return form_page(request, form, title, endpoint_url(endpoint_id), **more)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.WEBHOOKS)
def policy(request: StaffRequest) -> HttpResponse:
    """What counts for all receivers."""
    row = reads.policy()
    initial = services.policy_facts(row) | {"version": row.version}
    form = PolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_policy(actor=request.actor, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(reverse("api:webhooks"))
    return form_page(request, form, _("Settings of event push"), reverse("api:webhooks"), key="webhook-policy")
