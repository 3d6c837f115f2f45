"""Pages of the rules of allocation: order, editing, history (CUS-9)."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.assignment import wording
from keyuan.customers.forms.assignment.allocating import RuleForm
from keyuan.customers.forms.assignment.outline import outline_of
from keyuan.customers.selectors.allocation.rules import access_rule, all_rules, versions_of
from keyuan.customers.services.allocation import rules as services
from keyuan.kernel.errors import Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast


@require_GET
@allow(permissions.ALLOCATION_RULES)
def allocation_rules(request: StaffRequest) -> HttpResponse:
    """The rules in the order in which they are asked."""
    rows = [
        (rule, outline_of(rule.conditions, rule.target), wording.METHODS.get(rule.target.get("method"), ""))
        for rule in all_rules()
    ]
    return page(request, "customers/assignment/rules.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@allow(permissions.ALLOCATION_RULES)
def allocation_rule_edit(request: StaffRequest, rule_id: int | None = None) -> HttpResponse:
    """Enter or change a rule."""
    rule = access_rule(rule_id) if rule_id else None
    form = RuleForm(request.POST or None, actor=request.actor, rule=rule)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_rule(
                actor=request.actor,
                rule_id=rule_id,
                version=form.cleaned_data["version"] or 0,
                name=form.cleaned_data["name"],
                is_active=form.cleaned_data["is_active"],
                conditions=form.conditions(),
                target=form.target(),
                now=clock.now(),
            )
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("The rule was saved"))
            return redirect("customers:allocation-rules")
    versions = [
        (version, outline_of(version.body.get("conditions", {}), version.body.get("target", {})))
        for version in (versions_of(rule) if rule else [])
    ]
    context = {"form": form, "rule": rule, "versions": versions}
    return page(request, "customers/assignment/rule_form.html", context, status=422 if form.errors else 200)


@require_POST
@allow(permissions.ALLOCATION_RULES)
def allocation_rule_move(request: StaffRequest, rule_id: int) -> HttpResponse:
    """Put a rule up or down."""
    services.move_rule(actor=request.actor, rule_id=rule_id, up=request.POST.get("up") == "1", now=clock.now())
    return redirect("customers:allocation-rules")


@require_POST
@allow(permissions.ALLOCATION_RULES)
def allocation_rule_delete(request: StaffRequest, rule_id: int) -> HttpResponse:
    """Delete a rule; the toast takes it back."""
    services.delete_rule(actor=request.actor, rule_id=rule_id, now=clock.now())
    toast(request, _("The rule was deleted"), undo=reverse("customers:allocation-rule-restore", args=[rule_id]))
    return redirect("customers:allocation-rules")


@require_POST
@allow(permissions.ALLOCATION_RULES)
def allocation_rule_restore(request: StaffRequest, rule_id: int) -> HttpResponse:
    """Take the deletion of a rule back."""
    services.restore_rule(actor=request.actor, rule_id=rule_id, now=clock.now())
    return JsonResponse({"text": _("Taken back")})
