"""The rules that make tasks: their page, their editor with preview and history (CUS-13)."""

from itertools import pairwise
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.forms.task_rules import NewRuleForm, RuleForm, bars_of, difference, row_of_rule
from keyuan.customers.models import TaskRule, TaskRuleVersion
from keyuan.customers.selectors.agenda import forecast
from keyuan.customers.selectors.task_rules import access_rule, last_run, rules_visible_to, versions_of
from keyuan.customers.services.agenda import nightly, rules
from keyuan.customers.services.agenda.content import content_of
from keyuan.customers.services.agenda.defaults import seed_rules
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast


@require_GET
@allow(permissions.TASK_RULES)
def task_rules(request: StaffRequest) -> HttpResponse:
    """All rules, by occasion, with the night that ran last."""
    seed_rules(clock.now())
    rows = [row_of_rule(rule) for rule in rules_visible_to(request.actor)]
    return page(request, "customers/agenda/rules.html", {"rows": rows, "run": last_run()})


@require_http_methods(["GET", "POST"])
@allow(permissions.TASK_RULES)
def task_rule_new(request: StaffRequest) -> HttpResponse:
    """Make a rule."""
    form = NewRuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rules.create_rule(actor=request.actor, code=form.cleaned_data["code"], draft=form.draft(), now=clock.now())
        except Refused as error:
            add_refusal(form, error)
        else:
            toast(request, _("The rule works from the next night on"))
            return HttpResponseRedirect(reverse("customers:task-rules"))
    return _editor(request, form, None)


@require_http_methods(["GET", "POST"])
@allow(permissions.TASK_RULES)
def task_rule(request: StaffRequest, task_rule_id: int) -> HttpResponse:
    """Change a rule; its history stands below."""
    rule = access_rule(request.actor, task_rule_id)
    form = RuleForm(request.POST or None, rule=rule)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            rules.change_rule(
                actor=request.actor,
                rule_id=rule.pk,
                version=values["version"] or 0,
                draft=form.draft(),
                reason=values["change_reason"],
                now=clock.now(),
            )
        except Conflict as error:
            _renew_version(form, error.params.get("version", rule.version))
            add_refusal(form, error)
        except Refused as error:
            add_refusal(form, error)
        else:
            toast(request, _("Saved; it holds from the next night on"))
            return HttpResponseRedirect(reverse("customers:task-rules"))
    return _editor(request, form, rule)


def _renew_version(form: RuleForm, version: int) -> None:
    """Let what was typed be saved over what somebody else saved, once it was looked at."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(version)
    form.data = data


def _editor(request: StaffRequest, form: RuleForm, rule: TaskRule | None) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "rule": rule,
        "cancel_url": reverse("customers:task-rules"),
        "history": _history(versions_of(rule)) if rule else [],
    }
    return page(request, "customers/agenda/rule.html", context, status=422 if form.errors else 200)


def _history(versions: list[TaskRuleVersion]) -> list[dict[str, Any]]:
    """Return the versions, the newest first, each with what it changed."""
    lines = [{"row": after, "text": difference(before.content, after.content)} for after, before in pairwise(versions)]
    return [*lines, *({"row": row, "text": _("first version")} for row in versions[-1:])]


@require_POST
@allow(permissions.TASK_RULES)
def task_rule_preview(request: StaffRequest) -> HttpResponse:
    """Say what the rule as it stands in the form would bring in the next thirty nights."""
    form = RuleForm(request.POST)
    form.fields.pop("change_reason", None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            content = content_of(rules.checked(form.draft()))
        except Refused as error:
            add_refusal(form, error)
        else:
            found = forecast(TaskRule(**content), clock.today())
            context |= {"bars": bars_of(found), "total": found.total, "most": found.most}
    return page(request, "customers/agenda/preview.html", context)


@require_POST
@allow(permissions.TASK_RULES)
def task_rules_run(request: StaffRequest) -> HttpResponse:
    """Make tonight's tasks now: after an import that came late, only what is missing is made."""
    nightly.replay_night(actor=request.actor, on=clock.today(), now=clock.now())
    toast(request, _("Missing tasks of today are being made in the background"))
    return HttpResponseRedirect(reverse("customers:task-rules"))
