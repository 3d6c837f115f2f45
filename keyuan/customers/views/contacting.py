"""Recording contacts, tasks and assignments from a customer's page."""

import json
from datetime import timedelta

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.bulk import AssignForm
from keyuan.customers.forms.contact import InteractionForm, TaskForm, add_refusal
from keyuan.customers.services import tasks
from keyuan.customers.services.assignment import assign_customers
from keyuan.customers.services.interactions import record_interaction
from keyuan.customers.views.answers import ask, changed
from keyuan.customers.views.opened import opened
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

LONGEST_DELAY = 31
TASK_PANELS = ("next_steps", "tasks", "home")
TASKS_CHANGED = json.dumps({f"panel-{key}": {} for key in TASK_PANELS})


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


@require_http_methods(["GET", "POST"])
@allow(permissions.INTERACT)
def interaction_add(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Record a contact; the task it came from is closed with it."""
    customer = opened(request, customer_id)
    now = clock.now()
    task_id = _number(request.POST.get("task") or request.GET.get("task"))
    form = InteractionForm(request.POST or None, now=now, task_id=task_id)
    if request.method == "POST" and form.is_valid():
        try:
            closes = task_id if form.cleaned_data.get("close_task") else None
            record_interaction(actor=request.actor, customer_id=customer.pk, draft=form.draft(), now=now, closes=closes)
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, ("timeline", "recent", *TASK_PANELS), _("The contact was recorded"))
    return ask(request, customer, form, title=_("Record a contact"), verb=_("Record it"))


@require_http_methods(["GET", "POST"])
@allow(permissions.INTERACT)
def task_add(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Arrange what is to be done for a customer."""
    customer = opened(request, customer_id)
    now = clock.now()
    form = TaskForm(request.POST or None, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            tasks.create_task(actor=request.actor, customer_id=customer.pk, now=now, **form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, TASK_PANELS, _("The task was made"))
    return ask(request, customer, form, title=_("Arrange"), verb=_("Make the task"))


@require_http_methods(["GET", "POST"])
@allow(permissions.ASSIGN)
def assign(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Give a customer to another service person."""
    customer = opened(request, customer_id)
    form = AssignForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            assign_customers(
                actor=request.actor,
                customer_ids=[customer.pk],
                agent_id=values["agent"],
                reason=values["reason"],
                now=clock.now(),
            )
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, ("service", "archive"), _("The customer was assigned"))
    return ask(request, customer, form, title=_("Assign"), verb=_("Assign"))


def _settled(request: StaffRequest, task_id: int, sentence: str) -> HttpResponse:
    """Answer a change of a task: a toast with its undo, and the lists of tasks load anew."""
    undo = reverse("customers:task-reopen", args=[task_id])
    toast(request, sentence, undo=undo)
    return HttpResponse(status=204, headers={"HX-Trigger": TASKS_CHANGED})


def _failed(request: StaffRequest, error: Refused) -> HttpResponse:
    toast(request, say(error), failed=True)
    return HttpResponse(status=204, headers={"HX-Trigger": TASKS_CHANGED})


@require_POST
@allow(permissions.INTERACT)
def task_done(request: StaffRequest, task_id: int) -> HttpResponse:
    """Mark a task as done, with what came of it where that was chosen."""
    outcome = request.POST.get("outcome", "")
    try:
        tasks.close_task(actor=request.actor, task_id=task_id, done=True, outcome=outcome, now=clock.now())
    except Conflict as error:
        return _failed(request, error)
    return _settled(request, task_id, _("The task is done"))


@require_POST
@allow(permissions.INTERACT)
def task_drop(request: StaffRequest, task_id: int) -> HttpResponse:
    """Mark a task as not needed, with the reason."""
    reason = request.POST.get("reason", "")
    try:
        tasks.close_task(actor=request.actor, task_id=task_id, done=False, outcome=reason, now=clock.now())
    except Refused as error:
        return _failed(request, error)
    return _settled(request, task_id, _("The task was dropped"))


@require_POST
@allow(permissions.INTERACT)
def task_postpone(request: StaffRequest, task_id: int) -> HttpResponse:
    """Move a task's deadline by some days from today."""
    days = min(_number(request.POST.get("days")) or 1, LONGEST_DELAY)
    now = clock.now()
    try:
        task = tasks.postpone_task(actor=request.actor, task_id=task_id, due_at=now + timedelta(days=days), now=now)
    except Refused as error:
        return _failed(request, error)
    return _settled(request, task.pk, _("Postponed to %(day)s") % {"day": f"{timezone.localtime(task.due_at):%m-%d}"})


@require_POST
@allow(permissions.INTERACT)
def task_reopen(request: StaffRequest, task_id: int) -> HttpResponse:
    """Take back what was done with a task last."""
    try:
        tasks.reopen_task(actor=request.actor, task_id=task_id, now=clock.now())
    except Conflict as error:
        return JsonResponse({"text": say(error)}, status=409)
    return JsonResponse({"text": _("Taken back")})
