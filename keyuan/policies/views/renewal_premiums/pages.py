"""One premium that falls due with its ladder, what was done, and the next thing to do (POL-3)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.contact import permissions as contact_permissions
from keyuan.customers import permissions as customer_permissions
from keyuan.customers.selectors.labels import label_of
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say, say_code
from keyuan.policies import permissions
from keyuan.policies.forms.renewal_premiums import ActForm, LadderForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import Policy
from keyuan.policies.rules.renewal_premiums import rungs
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.ledger.rules import ladder_in_force, money_rules
from keyuan.policies.selectors.refunds import sees_money
from keyuan.policies.selectors.renewal_premiums import KINDS, OUTCOMES, TASK_STATES, history_of, is_chased, tasks_of
from keyuan.policies.selectors.renewal_premiums.words import step_word
from keyuan.policies.services.money_rules import set_ladder
from keyuan.policies.services.renewal_premiums.acting import ActDraft, note_act, remind, undo_act
from keyuan.policies.views.detail import head

SHOWN = 100


def _back(policy_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("policies:renewal-premium", args=[policy_id]))


@require_http_methods(["GET", "POST"])
@allow(permissions.VIEW)
def premium_detail(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Show the premium; note a call, a promise or a remark."""
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            note_act(actor=request.actor, policy_id=policy.pk, draft=ActDraft(**form.cleaned_data), now=now)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("It was noted"))
            return _back(policy.pk)
    return page(
        request, "policies/renewal_premiums/premium.html", _context(request, policy, form),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _context(request: StaffRequest, policy: Policy, form: ActForm) -> dict[str, Any]:
    actor, today = request.actor, clock.today()
    acts = list(history_of(policy)[:SHOWN])
    done = [(act.step, act.kind) for act in acts if act.due_on == policy.next_due_on and act.undone_at is None]
    tasks: dict[int, list[Any]] = {}
    for day, title, state in tasks_of(policy):
        tasks.setdefault(day, []).append((title, TASK_STATES[state]))
    is_due = is_chased(policy, today)
    # A contract that owes nothing is due at the end of time: there is no day behind it.
    found = rungs(policy.next_due_on, today, done, ladder_in_force()) if is_due else []
    steps = [
        {
            "rung": rung,
            "word": step_word(rung.day),
            "done": [KINDS[kind] for kind in rung.done],
            "tasks": tasks.get(rung.day, []),
        }
        for rung in found
    ]
    return head(request, policy) | {
        "form": form,
        "is_due": is_due,
        "steps": steps,
        "acts": [
            {"row": act, "kind": label_of(KINDS, act.kind), "outcome": label_of(OUTCOMES, act.outcome),
             "step": "" if act.step is None else step_word(act.step),
             "may_undo": act.undone_at is None and act.kind != "MESSAGE" and act.actor_id == actor.id}
            for act in acts
        ],
        "may_act": is_due and actor.may(customer_permissions.INTERACT),
        "may_send": is_due and actor.may(contact_permissions.SEND),
    }  # fmt: skip


@require_POST
@allow(permissions.VIEW)
def premium_remind(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Send the reminder of the step the premium stands on."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    try:
        refused = remind(actor=request.actor, policy_ids=[policy.pk], now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
        return _back(policy.pk)
    if refused:
        toast(request, say_code(refused[policy.pk]), failed=True)
    else:
        toast(request, _("The reminder is on its way"))
    return _back(policy.pk)


@require_POST
@allow(permissions.VIEW)
def premium_undo(request: StaffRequest, policy_id: int, premium_act_id: int) -> HttpResponse:
    """Take back what one noted oneself."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    try:
        undo_act(actor=request.actor, policy_id=policy.pk, act_id=premium_act_id, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("It was taken back"))
    return _back(policy.pk)


@require_http_methods(["GET", "POST"])
@allow(permissions.MONEY_APPROVE)
def ladder(request: StaffRequest) -> HttpResponse:
    """Show and change the steps on which the night reminds."""
    if not sees_money(request.actor):
        raise NotFound("premium.act_not_found")
    rules, back = money_rules(), reverse("policies:renewal-premiums")
    first = {"version": rules.version, "days": rules.ladder, "steps": ", ".join(map(str, ladder_in_force()))}
    form = LadderForm(request.POST or None, initial=first, ladder=ladder_in_force())
    if request.method == "POST" and form.is_valid():
        try:
            set_ladder(actor=request.actor, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            put_errors(form, error)
        except Conflict as error:
            toast(request, say(error), failed=True)
            return HttpResponseRedirect(reverse("policies:premium-ladder"))
        else:
            toast(request, _("The ladder was changed"))
            return HttpResponseRedirect(back)
    context = {"form": form, "title": _("Ladder of reminders"), "cancel_url": back}
    return page(request, "policies/ledger/form.html", context, status=422 if form.errors else 200)
