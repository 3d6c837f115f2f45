"""Household and relations of a customer: the panel, the graph, and what changes them (CUS-2)."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.contact import RelationForm, add_refusal
from keyuan.customers.forms.family import graph_of, member_rows
from keyuan.customers.models import Customer
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.choosing import chosen_customer
from keyuan.customers.selectors.family import access_relation, family_of, relations_of
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.services import households
from keyuan.customers.services.relations import add_relation, remove_relation
from keyuan.customers.views.answers import ask, changed
from keyuan.customers.views.opened import is_whole, opened, panel_context
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.http import page as answer
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

PANELS = ("family", "archive")


@require_GET
@allow(permissions.VIEW)
def family(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The household with its totals; whole, the graph and the table of relations, too."""
    customer = opened(request, customer_id)
    now = clock.now()
    found = family_of(request.actor, customer, now=now)
    relations = relations_of(request.actor, customer, now=now)
    rows = [
        (row, labels.label_of(labels.RELATIONS, row.kind), customer_label(request.actor, row.customer))
        for row in relations
    ]
    context = panel_context(
        request,
        customer_id,
        family=found,
        members=member_rows(request.actor, customer, found, clock.today()) if found else [],
        relations=rows,
        roles=labels.choices_of(labels.HOUSEHOLD_ROLES, empty=False)[1:],
        graph=graph_of(request.actor, customer, relations, found) if is_whole(request) else None,
    )
    return answer(request, "customers/panels/family.html", context)


@require_http_methods(["GET", "POST"])
@allow(permissions.EDIT)
def relation_add(request: StaffRequest, customer_id: int) -> HttpResponse:
    """State who somebody is to a customer, and take them into the household where they live together."""
    customer = opened(request, customer_id)
    form = RelationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _relate(request, customer, form)
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, PANELS, _("The relation was added"))
    return ask(request, customer, form, title=_("Add a relation"), verb=_("Add"))


def _relate(request: StaffRequest, customer: Customer, form: RelationForm) -> None:
    now, values = clock.now(), form.cleaned_data
    other = chosen_customer(request.actor, values["other"], now=now)
    add_relation(
        actor=request.actor,
        customer_id=other.pk,
        other_id=customer.pk,
        kind=values["kind"],
        note=values["note"],
        now=now,
    )
    if not values["household"]:
        return
    found = family_of(request.actor, customer, now=now)
    home = found.household if found else households.create_household(
        actor=request.actor, head_id=customer.pk, label=customer.name, now=now
    )  # fmt: skip
    households.join_household(
        actor=request.actor,
        household_id=home.pk,
        customer_id=other.pk,
        kind=values["kind"],
        to_customer_id=customer.pk,
        now=now,
    )


@require_POST
@allow(permissions.EDIT)
def relation_remove(request: StaffRequest, relation_id: int) -> HttpResponse:
    """Take a relation away from both sides."""
    now = clock.now()
    relation = access_relation(request.actor, relation_id, now=now)
    remove_relation(actor=request.actor, relation_id=relation_id, now=now)
    return changed(request, relation.other_id, PANELS, _("The relation was removed"))


@require_POST
@allow(permissions.EDIT)
def member_role(request: StaffRequest, member_id: int) -> HttpResponse:
    """Say what a member is to the head of the household."""
    role = request.POST.get("role", "")
    try:
        member = households.change_role(actor=request.actor, member_id=member_id, role=role, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponse(status=204)
    return changed(request, member.customer_id, PANELS, _("Saved"))


@require_POST
@allow(permissions.EDIT)
def member_remove(request: StaffRequest, member_id: int) -> HttpResponse:
    """End somebody's time in the household."""
    try:
        customer_id = households.remove_member(actor=request.actor, member_id=member_id, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponse(status=204)
    return changed(request, customer_id, PANELS, _("The member was removed from the household"))
