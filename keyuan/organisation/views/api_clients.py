"""API clients: make, narrow, close, and their keys, each shown once (PLT-14)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.kernel.actor import Reach
from keyuan.kernel.errors import Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.forms import explain, offer
from keyuan.organisation.models import ApiClient, ApiKey
from keyuan.organisation.selectors.api_clients import access_client, access_key, clients_visible_to, keys_of
from keyuan.organisation.selectors.labels import REACH_LABELS, post_label
from keyuan.organisation.selectors.roles import roles_visible_to
from keyuan.organisation.selectors.units import open_units
from keyuan.organisation.services import api_clients as services
from keyuan.organisation.services.api_clients import ClientPost, ClientTerms
from keyuan.organisation.views.api_client_forms import KINDS, ClientForm, KeyForm, NewClientForm, RotateForm
from keyuan.organisation.views.api_client_list import state_of
from keyuan.organisation.views.history import history_of, permission_label
from keyuan.organisation.views.units import form_page
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, in_place_of_form, page
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.toasts import toast

WORDS = dict(KINDS)


def client_url(client_id: int) -> str:
    """Return the address of a client's page."""
    return reverse("organisation:api-client", args=[client_id])


def terms_of(data: dict[str, Any]) -> ClientTerms:
    """Return what the form decided."""
    names = ("name", "description", "networks", "rate_per_minute")
    return ClientTerms(scopes=frozenset(data["scopes"]), **{name: data[name] for name in names})


@allow(p.API_CLIENTS)
@require_GET
def api_client(request: StaffRequest, client_id: int) -> HttpResponse:
    """One client: its post, its terms, its keys, what happened."""
    found = access_client(request.actor, client_id)
    now = clock.wall()
    context = {
        "client": found,
        "state": state_of(found, clock.today()),
        "post": post_label(found.post),
        "reach": REACH_LABELS[Reach(found.post.reach)],
        "scopes": [permission_label(key) for key in found.scopes],
        "networks": found.networks.splitlines(),
        "keys": [(key, WORDS.get(key.kind, key.kind), is_alive(key, now)) for key in keys_of(found)],
        "history": history_of(request.actor, "api_client", found.pk),
    }
    return page(request, "organisation/api_client.html", context)


def is_alive(key: ApiKey, now: Any) -> bool:
    """Tell whether a key still opens anything."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


@allow(p.API_CLIENTS)
@require_http_methods(["GET", "POST"])
@confirmed
def api_client_new(request: StaffRequest) -> HttpResponse:
    """Make a client in a post."""
    form = NewClientForm(request.POST or None, initial={"reach": Reach.UNIT.value})
    offer(form, "role", roles_visible_to(request.actor))
    offer(form, "unit", open_units(request.actor))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        place = ClientPost(data["role"], data["unit"], Reach(data["reach"]), sales_channel=data["sales_channel"])
        try:
            made = services.create_client(actor=request.actor, terms=terms_of(data), place=place, now=clock.now())
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("%(name)s was added") % {"name": made.name})
            return HttpResponseRedirect(client_url(made.pk))
    return form_page(request, form, _("New API client"), reverse("organisation:api-clients"), key="api-client")


@allow(p.API_CLIENTS)
@require_http_methods(["GET", "POST"])
@confirmed
def api_client_edit(request: StaffRequest, client_id: int) -> HttpResponse:
    """Change a client's terms."""
    found = access_client(request.actor, client_id)
    names = ("name", "description", "networks", "rate_per_minute", "scopes", "version")
    form = ClientForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_client(
                actor=request.actor, client_id=client_id, version=form.cleaned_data["version"] or 0,
                terms=terms_of(form.cleaned_data), now=clock.now(),
            )  # fmt: skip
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved; it counts from the next call on"))
            return HttpResponseRedirect(client_url(client_id))
    return form_page(request, form, found.name, client_url(client_id), key=f"api-client-{client_id}")


@allow(p.API_CLIENTS)
@require_POST
@confirmed
def api_client_state(request: StaffRequest, client_id: int) -> HttpResponse:
    """Shut a client out, or let it in again."""
    access_client(request.actor, client_id)
    shut = request.POST.get("disabled") == "1"
    services.set_disabled(
        actor=request.actor, client_id=client_id, disabled=shut, reason=request.POST.get("reason", "")[:200],
        now=clock.now(),
    )  # fmt: skip
    toast(request, _("Disabled; its next call is refused") if shut else _("Enabled"))
    return HttpResponseRedirect(client_url(client_id))


@allow(p.API_CLIENTS)
@never_cache
@require_http_methods(["GET", "POST"])
@confirmed
def api_key_new(request: StaffRequest, client_id: int) -> HttpResponse:
    """Make a secret or key and show it once."""
    found = access_client(request.actor, client_id)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        last = data["expires_on"]
        try:
            key, plain = services.issue_key(
                actor=request.actor, client_id=client_id, kind=data["kind"], label=data["label"], now=clock.wall(),
                expires_at=clock.end_of(last) if last else None,
            )  # fmt: skip
        except Refused as error:
            explain(form, error)
        else:
            return shown_once(request, found, key, plain)
    return form_page(request, form, _("New secret or key"), client_url(client_id), key="api-key")


@allow(p.API_CLIENTS)
@never_cache
@require_http_methods(["GET", "POST"])
@confirmed
def api_key_rotate(request: StaffRequest, key_id: int) -> HttpResponse:
    """Make a key in the place of another and show it once."""
    old = access_key(request.actor, key_id)
    form = RotateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key, plain = services.rotate_key(actor=request.actor, key_id=key_id, overlap=form.span(), now=clock.wall())
        except Refused as error:
            explain(form, error)
        else:
            return shown_once(request, old.client, key, plain)
    title = _("Replace %(key)s…") % {"key": old.prefix}
    return form_page(request, form, title, client_url(old.client_id), key="api-key-rotate")


@allow(p.API_CLIENTS)
@require_POST
@confirmed
def api_key_revoke(request: StaffRequest, key_id: int) -> HttpResponse:
    """End a key at once."""
    key = services.revoke_key(
        actor=request.actor, key_id=key_id, reason=request.POST.get("reason", "")[:200], now=clock.wall()
    )
    toast(request, _("Ended, with every token bought with it"))
    return HttpResponseRedirect(client_url(key.client_id))


def shown_once(request: StaffRequest, client: ApiClient, key: ApiKey, plain: str) -> HttpResponse:
    """Show a secret; it is stored nowhere and cannot be shown again.

    A form that htmx sent gives its place to the page, under the address of the client: going back asks no form again.
    """
    url = client_url(client.pk)
    context = {"client": client, "key": key, "plain": plain, "kind": WORDS[key.kind], "full_url": url}
    response = page(request, "organisation/api_key_once.html", context)
    return in_place_of_form(request, response, url)


def client_labels(actor: Any, ids: list[int]) -> dict[int, str]:
    """Return the names of those of ``ids`` that the actor may see."""
    return dict(clients_visible_to(actor).filter(pk__in=ids).values_list("pk", "name"))


def register() -> None:
    """Say how clients are named, addressed and guarded."""
    subject_kinds.add(SubjectKind("api_client", _("API client"), client_labels, client_url, access_client))
