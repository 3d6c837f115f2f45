"""What is known of those who serve: profile, wishes and ties, second contacts (CUS-9)."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.assignment.allocating import PairingForm, PersonForm, ProfileForm
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.selectors.allocation.people import profile_of
from keyuan.customers.services.allocation import serving
from keyuan.customers.views.answers import ask, changed
from keyuan.customers.views.opened import opened
from keyuan.kernel.errors import Refused
from keyuan.organisation.forms import explain
from keyuan.organisation.selectors.agents import access_agent
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast


@require_http_methods(["GET", "POST"])
@allow(permissions.ALLOCATE)
def service_profile(request: StaffRequest, agent_id: int) -> HttpResponse:
    """What a service person can take."""
    agent = access_agent(request.actor, agent_id)
    form = ProfileForm(request.POST or None, profile=profile_of(agent.pk))
    if request.method == "POST" and form.is_valid():
        data = {**form.cleaned_data, "version": form.cleaned_data["version"] or 0}
        try:
            serving.save_profile(actor=request.actor, agent_id=agent.pk, now=clock.now(), **data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return redirect("organisation:agent", agent_id=agent.pk)
    context = {"form": form, "agent": agent}
    return page(request, "customers/assignment/profile.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(permissions.INTERACT)
def pairing_add(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Note a wish, a refusal or a family tie."""
    customer = opened(request, customer_id)
    form = PairingForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            serving.note_pairing(
                actor=request.actor, customer_id=customer.pk, agent_id=data["agent"], kind=data["kind"],
                note=data["note"], now=clock.now(),
            )  # fmt: skip
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, ("service",), _("Noted"))
    return ask(request, customer, form, title=_("Wish or tie"), verb=_("Note it"))


@require_POST
@allow(permissions.INTERACT)
def pairing_drop(request: StaffRequest, customer_id: int, pairing_id: int) -> HttpResponse:
    """Take a wish or tie away."""
    customer = opened(request, customer_id)
    serving.drop_pairing(actor=request.actor, customer_id=customer.pk, pairing_id=pairing_id, now=clock.now())
    return changed(request, customer.pk, ("service",), _("Taken away"))


@require_http_methods(["GET", "POST"])
@allow(permissions.ASSIGN)
def backup_add(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Name a second contact."""
    customer = opened(request, customer_id)
    form = PersonForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            serving.name_backup(
                actor=request.actor, customer_id=customer.pk, agent_id=form.cleaned_data["agent"], now=clock.now()
            )
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, ("service",), _("The second contact was named"))
    return ask(request, customer, form, title=_("Second contact"), verb=_("Name"))


@require_POST
@allow(permissions.ASSIGN)
def backup_end(request: StaffRequest, customer_id: int, backup_id: int) -> HttpResponse:
    """End a second contact."""
    customer = opened(request, customer_id)
    serving.end_backup(actor=request.actor, customer_id=customer.pk, backup_id=backup_id, now=clock.now())
    return changed(request, customer.pk, ("service",), _("The second contact was ended"))
