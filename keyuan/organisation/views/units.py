"""The unit tree: look, add, rename, move, close (PLT-3)."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.forms import MoveForm, UnitEditForm, UnitForm, explain, offer
from keyuan.organisation.models import Unit
from keyuan.organisation.selectors import units as reads
from keyuan.organisation.selectors.labels import LEVEL_NAMES, ROW_NAMES, SALES_CHANNEL_LABELS
from keyuan.organisation.services import units as services
from keyuan.organisation.services.provision import create_unit
from keyuan.organisation.views.history import history_of
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


def unit_url(unit_id: int) -> str:
    """Return the address of a unit in the tree."""
    return reverse("organisation:unit", args=[unit_id])


@allow(p.UNITS_VIEW)
@require_GET
def units(request: StaffRequest) -> HttpResponse:
    """Begin the tree at the post's own unit."""
    first = reads.first_unit(request.actor)
    if first is None:
        return page(request, "organisation/units.html", {"nodes": [], "unit": None})
    return HttpResponseRedirect(unit_url(first.pk))


@allow(p.UNITS_VIEW)
@require_GET
def unit(request: StaffRequest, unit_id: int) -> HttpResponse:
    """One unit: its place in the tree, its data, the units below, its history."""
    found = reads.access_unit(request.actor, unit_id)
    context = unit_context(request.actor, found)
    context["nodes"] = [tree_node(node) for node in reads.unit_tree(request.actor, found)]
    return page(request, "organisation/units.html", context)


def unit_context(actor: Actor, found: Unit) -> dict[str, Any]:
    """Return what the unit's pane shows."""
    line = reads.ancestors_of(found)
    return {
        "unit": found,
        "level": LEVEL_NAMES[found.level],
        "lower_level": LEVEL_NAMES.get(found.level + 1),
        "level_names": LEVEL_NAMES,
        "channel": SALES_CHANNEL_LABELS.get(found.sales_channel),
        "line": line,
        "reach": reads.unit_labels(actor, [upper.pk for upper in line]),
        "children": reads.children_of(actor, found),
        "history": history_of(actor, "unit", found.pk),
        "may_edit": actor.may(p.UNITS_EDIT),
    }


def tree_node(node: reads.Node) -> dict[str, Any]:
    """Return a node as ``components/tree.html`` takes it."""
    return {
        "label": node.unit.name,
        "url": unit_url(node.unit.pk),
        "open": node.open,
        "active": node.active,
        "children": [tree_node(child) for child in node.children],
        "count": None,
    }


@allow(p.UNITS_EDIT)
@require_http_methods(["GET", "POST"])
def unit_new(request: StaffRequest, unit_id: int) -> HttpResponse:
    """Add a unit below another one."""
    parent = reads.access_unit(request.actor, unit_id)
    if parent.level not in LEVEL_NAMES or parent.level + 1 not in LEVEL_NAMES:
        raise Http404
    initial = {"sales_channel": parent.sales_channel, "region_code": parent.region_code}
    form = UnitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = create_unit(
                actor=request.actor,
                code=data["code"],
                name=data["name"],
                parent=parent,
                sales_channel=data["sales_channel"],
                region_code=data["region_code"],
                opened_on=clock.today(),
            )
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("%(name)s was added") % {"name": made.name})
            return HttpResponseRedirect(unit_url(made.pk))
    title = _("New unit below %(name)s") % {"name": parent.name}
    return form_page(request, form, title, unit_url(parent.pk))


@allow(p.UNITS_EDIT)
@require_http_methods(["GET", "POST"])
def unit_edit(request: StaffRequest, unit_id: int) -> HttpResponse:
    """Change a unit's data."""
    found = reads.access_unit(request.actor, unit_id)
    names = ("name", "sales_channel", "region_code", "phone", "version")
    form = UnitEditForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            services.update_unit(actor=request.actor, unit_id=unit_id, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(unit_url(unit_id))
    return form_page(request, form, _("Edit %(name)s") % {"name": found.name}, unit_url(unit_id))


def form_page(request: StaffRequest, form: Any, title: str, cancel_url: str, **more: Any) -> HttpResponse:
    """Render a form on a page of its own."""
    context = {"form": form, "title": title, "cancel_url": cancel_url} | more
    return page(request, "organisation/form.html", context, status=422 if form.errors else 200)


@allow(p.UNITS_EDIT)
@require_http_methods(["GET", "POST"])
def unit_move(request: StaffRequest, unit_id: int) -> HttpResponse:
    """Choose a new upper unit, see what moves along, then move."""
    found = reads.access_unit(request.actor, unit_id)
    form = MoveForm(request.POST or None, initial={"version": found.version})
    offer(form, "target", reads.targets_for(request.actor, found))
    context: dict[str, Any] = {"form": form, "unit": found, "cancel_url": unit_url(unit_id)}
    if request.method == "POST" and form.is_valid():
        target = form.cleaned_data["target"]
        try:
            services.check_move(found, target)
            if "confirmed" in request.POST:
                return moved(request, found, target, form.cleaned_data["version"])
            context |= {"target": target, "affected": affected(found)}
        except Refused as error:
            explain(form, error)
    return page(request, "organisation/unit_move.html", context, status=422 if form.errors else 200)


def moved(request: StaffRequest, found: Unit, target: Unit, version: int) -> HttpResponse:
    """Move, and say that the rows follow in the background."""
    services.move_tree(actor=request.actor, unit_id=found.pk, version=version, target_id=target.pk, now=clock.now())
    toast(request, _("%(name)s was moved; its records follow in the background") % {"name": found.name})
    return HttpResponseRedirect(unit_url(found.pk))


def affected(found: Unit) -> list[tuple[str, int]]:
    """Return what moves along: kind of record and number, exact to 1,000."""
    counted = services.affected_rows(found)
    return [
        (str(ROW_NAMES.get(model._meta.label, model._meta.verbose_name)), count) for model, count in counted if count
    ]


@allow(p.UNITS_EDIT)
@require_POST
def unit_close(request: StaffRequest, unit_id: int) -> HttpResponse:
    """Close an empty unit."""
    version = request.POST.get("version", "")
    if not version.isdecimal():
        raise Http404
    try:
        services.close_unit(
            actor=request.actor, unit_id=unit_id, version=int(version), closed_on=clock.today(), now=clock.now()
        )
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The unit was closed"))
    return HttpResponseRedirect(unit_url(unit_id))
