"""Pages of providers and of the settings of messages (PLT-11)."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.contact import permissions
from keyuan.contact.drivers.senders.opening import CHANNELS, SECRET_FIELDS
from keyuan.contact.drivers.senders.secrets import has_secret
from keyuan.contact.forms.message_words import PROVIDER_KINDS
from keyuan.contact.forms.messages import PROVIDER_FORMS, BounceForm, PolicyForm, ProviderForm
from keyuan.contact.models import MessageProvider
from keyuan.contact.rules.messages.outcomes import Result
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.messages.providers import access_provider, mail_provider, policy
from keyuan.contact.services.messages import providers as services
from keyuan.contact.services.messages.providers import ProviderContents
from keyuan.contact.services.messages.reports import import_bounces
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

COMMON = ("name", "channel", "is_active", "order", "per_minute", "connections", "version")


def _form_page(request: StaffRequest, form: Form, title: str, cancel_url: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": cancel_url} | more
    return page(request, "contact/messages/form.html", context, status=422 if form.errors else 200)


@require_safe
@allow(permissions.PROVIDERS)
def provider_choose(request: StaffRequest) -> HttpResponse:
    """Choose which kind of provider to add."""
    kinds = [
        (str(kind), label, "、".join(str(labels.CHANNELS[way]) for way in CHANNELS[kind]))
        for kind, label in PROVIDER_KINDS.items()
    ]
    return page(request, "contact/messages/provider_choose.html", {"kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.PROVIDERS)
@confirmed
def provider_new(request: StaffRequest, provider_kind: str) -> HttpResponse:
    """Add a provider of a kind."""
    kind = provider_kind
    if kind not in PROVIDER_FORMS:
        raise NotFound("provider.not_found")
    form = PROVIDER_FORMS[kind](request.POST or None, initial={"channel": CHANNELS[kind][0]})
    _only_own_channels(form, kind)
    if request.method == "POST" and form.is_valid():
        contents = ProviderContents(kind=kind, config=form.config(), **form.common())
        try:
            made = services.add_provider(
                actor=request.actor, key=form.cleaned_data["key"], contents=contents, now=clock.now()
            )
        except Refused as error:
            _explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(reverse("contact:provider", args=[made.pk]))
    return _form_page(request, form, str(PROVIDER_KINDS[MessageProvider.Kind(kind)]), reverse("contact:providers"))


def _only_own_channels(form: ProviderForm, kind: str) -> None:
    field: Any = form.fields["channel"]
    field.choices = [(key, label) for key, label in field.choices if key in CHANNELS[kind]]


def _explain(form: ProviderForm, error: Refused) -> None:
    names = {"fields": "fields_map", "headers": "headers_map"}
    field = names.get(error.field or "", error.field)
    form.add_error(field if field in form.fields else None, say(error))


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.PROVIDERS)
@confirmed
def provider(request: StaffRequest, provider_id: int) -> HttpResponse:
    """One provider: how it fares, and its settings."""
    found = access_provider(request.actor, provider_id)
    initial = {name: getattr(found, name) for name in COMMON} | _shown(found.config)
    form = PROVIDER_FORMS[found.kind](request.POST or None, initial=initial)
    del form.fields["key"]
    _only_own_channels(form, found.kind)
    if request.method == "POST" and form.is_valid():
        contents = ProviderContents(kind=found.kind, config=form.config(), **form.common())
        try:
            services.edit_provider(
                actor=request.actor,
                provider_id=provider_id,
                version=form.cleaned_data["version"] or 0,
                contents=contents,
                now=clock.now(),
            )
        except Refused as error:
            _explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(reverse("contact:provider", args=[provider_id]))
    secret = found.config.get(SECRET_FIELDS.get(found.kind, ""), "")
    context = {
        "provider": found,
        "kind": PROVIDER_KINDS[MessageProvider.Kind(found.kind)],
        "secret": secret,
        "secret_there": bool(secret) and has_secret(str(secret)),
        "rests": found.rests_until is not None and found.rests_until > clock.now(),
        "report_path": reverse("contact:provider-reports", args=[found.key]),
        "form": form,
        "cancel_url": reverse("contact:providers"),
    }
    return page(request, "contact/messages/provider.html", context, status=422 if form.errors else 200)


def _shown(config: dict[str, Any]) -> dict[str, Any]:
    shown = {key: ", ".join(value) if isinstance(value, list) else value for key, value in config.items()}
    return shown | {"fields_map": config.get("fields", {}), "headers_map": config.get("headers", {})}


@require_POST
@allow(permissions.PROVIDERS)
def provider_test(request: StaffRequest, provider_id: int) -> HttpResponse:
    """Connect and sign in, without sending."""
    outcome = services.test_provider(actor=request.actor, provider_id=provider_id)
    if outcome.result is Result.ACCEPTED:
        toast(request, _("The provider answers"))
    else:
        toast(request, _("The provider does not answer (%(code)s)") % {"code": outcome.code}, failed=True)
    return HttpResponseRedirect(reverse("contact:provider", args=[provider_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.DECIDE)
def provider_bounces(request: StaffRequest) -> HttpResponse:
    """Take a file of bounces of the mail provider."""
    form = BounceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            mail = mail_provider()
            data = form.cleaned_data["file"].read()
            rows, new = import_bounces(actor=request.actor, provider=mail, data=data, now=clock.now())
        except NotFound:
            form.add_error("file", _("No provider of mail is in use. Set one up first."))
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("%(rows)s rows read, %(new)s of them were new") % {"rows": rows, "new": new})
            return HttpResponseRedirect(reverse("contact:outbox"))
    more = {"key": "bounces", "submit_label": _("Read the file")}
    return _form_page(request, form, _("Bounced mail"), reverse("contact:outbox"), **more)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.PROVIDERS)
def message_policy(request: StaffRequest) -> HttpResponse:
    """What counts for all messages."""
    row = policy()
    names = ("company", "sign", "way_out", "hotline", "public_url", "bounces", "expire_hours", "version")
    initial = {name: getattr(row, name) for name in names} | {"words": "\n".join(row.words)}
    form = PolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_policy(actor=request.actor, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(reverse("contact:providers"))
    return _form_page(request, form, _("Settings of messages"), reverse("contact:providers"), key="message-policy")
