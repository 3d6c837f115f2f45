"""A connector: how it stands, its settings, what may be done with it (PLT-14)."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.integrations import permissions
from keyuan.integrations.extensions import connector_kinds
from keyuan.integrations.forms import ConnectorForm
from keyuan.integrations.models import Connector
from keyuan.integrations.selectors import access_connector, deliveries_visible_to
from keyuan.integrations.selectors.connectors import health_of, is_running
from keyuan.integrations.selectors.labels import DUE_DAYS, GAPS, SETTINGS, STATES
from keyuan.integrations.services import connectors as services
from keyuan.integrations.services.runs import run_now
from keyuan.integrations.views.lists import health_word
from keyuan.kernel.errors import Invalid, NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.imports.targets import targets
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say, say_code

RECENT = 10
GET_OR_POST = require_http_methods(["GET", "POST"])
#: What a form begins with besides the settings of the place.
PLAIN = ("name", "key", "source", "kind", "target", "mapping", "cron", "due_time", "due_days", "due_lag", "gap",
         "patience_minutes", "keep_days", "version")  # fmt: skip


def back_to(connector_id: int) -> HttpResponse:
    """Return to the connector's page."""
    return HttpResponseRedirect(reverse("integrations:connector", args=[connector_id]))


@require_safe
@allow(permissions.VIEW)
def connector_detail(request: StaffRequest, connector_id: int) -> HttpResponse:
    connector = access_connector(request.actor, connector_id)
    health = health_of([connector.pk])[connector.pk]
    recent = deliveries_visible_to(request.actor).filter(connector=connector).order_by("-seen_at", "-pk")[:RECENT]
    kind, target = connector_kinds.get(connector.kind), targets.get(connector.target)
    context = {
        "connector": connector,
        "health": health,
        "state": health_word(connector, health),
        "is_running": is_running(connector),
        "kind": kind.label if kind else connector.kind,
        "place": [(SETTINGS[name], connector.config[name]) for name in SETTINGS if name in connector.config],
        "target": target.label if target else "",
        "due_days": DUE_DAYS[Connector.Days(connector.due_days)],
        "gap": GAPS[Connector.Gap(connector.gap)],
        "limit": Decimal(connector.refused_limit_bp) / 100,
        "trouble": say_code(connector.error, connector.error_params) if connector.error else "",
        "recent": [(delivery, STATES[delivery.state]) for delivery in recent],
        "may_manage": request.actor.may(permissions.MANAGE),
    }
    return page(request, "integrations/connector.html", context)


@GET_OR_POST
@allow(permissions.MANAGE)
def connector_create(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@GET_OR_POST
@allow(permissions.MANAGE)
def connector_edit(request: StaffRequest, connector_id: int) -> HttpResponse:
    return _edit(request, access_connector(request.actor, connector_id))


def _edit(request: StaffRequest, connector: Connector | None) -> HttpResponse:
    form = ConnectorForm(request.actor, request.POST or None, initial=_initial(request, connector))
    form.fields["key"].disabled = connector is not None
    if request.method == "POST" and form.is_valid():
        try:
            saved = _saved(request, form, connector)
        except NotFound:
            raise
        except Refused as error:
            for part in error.errors if isinstance(error, Invalid) else [error]:
                form.add_error(part.field if part.field in form.fields else None, say(part))
        else:
            toast(request, _("The connector was saved"))
            return back_to(saved.pk)
    back = (
        reverse("integrations:connector", args=[connector.pk]) if connector else reverse("integrations:connector-list")
    )
    title = _("Change %(name)s") % {"name": connector.name} if connector else _("New connector")
    context = {"form": form, "title": title, "back_url": back}
    return page(request, "integrations/connector_form.html", context, status=422 if form.is_bound else 200)


def _initial(request: StaffRequest, connector: Connector | None) -> dict[str, Any]:
    if connector is None:
        return {"kind": "folder", "known_hosts": "known_hosts"}
    from_row = {name: getattr(connector, name) for name in PLAIN}
    unit = services.unit_code(request.actor, connector)
    return {**from_row, **connector.config, "unit": unit, "refused_limit": Decimal(connector.refused_limit_bp) / 100}


def _saved(request: StaffRequest, form: ConnectorForm, connector: Connector | None) -> Connector:
    draft, now = form.draft(), clock.now()
    if connector is None:
        return services.create_connector(actor=request.actor, key=form.cleaned_data["key"], draft=draft, now=now)
    version = form.cleaned_data["version"] or 0
    return services.change_connector(
        actor=request.actor, connector_id=connector.pk, draft=draft, version=version, now=now
    )


@require_POST
@allow(permissions.MANAGE)
def connector_run(request: StaffRequest, connector_id: int) -> HttpResponse:
    try:
        run_now(actor=request.actor, connector_id=connector_id, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The connector is looking for deliveries"))
    return back_to(connector_id)


@require_POST
@allow(permissions.MANAGE)
def connector_test(request: StaffRequest, connector_id: int) -> HttpResponse:
    """Connect and list, change nothing."""
    try:
        found = services.try_connector(actor=request.actor, connector_id=connector_id)
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        sentence = ngettext(
            "The connection works; %(found)s manifest lies there",
            "The connection works; %(found)s manifests lie there",
            found,
        )
        toast(request, sentence % {"found": found})
    return back_to(connector_id)


@require_POST
@allow(permissions.MANAGE)
def connector_pause(request: StaffRequest, connector_id: int) -> HttpResponse:
    services.set_active(actor=request.actor, connector_id=connector_id, active=False, now=clock.now())
    toast(request, _("The connector is paused"))
    return back_to(connector_id)


@require_POST
@allow(permissions.MANAGE)
def connector_resume(request: StaffRequest, connector_id: int) -> HttpResponse:
    services.set_active(actor=request.actor, connector_id=connector_id, active=True, now=clock.now())
    toast(request, _("The connector runs again"))
    return back_to(connector_id)
