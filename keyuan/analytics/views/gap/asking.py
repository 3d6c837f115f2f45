"""The questionnaire, one group of questions a step, and working the result out (ANA-8)."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.analytics import permissions
from keyuan.analytics.forms.gap import words
from keyuan.analytics.forms.gap.asking import TOLD, StepForm
from keyuan.analytics.selectors.gap import latest_of, reads_money
from keyuan.analytics.selectors.gap.known import Standing, said_of, standing_of
from keyuan.analytics.services.gap.answering import access_person, save_answers
from keyuan.analytics.services.gap.working import work_out_gaps
from keyuan.analytics.views.gap.shown import answers_shown, customer_name
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import attempts, clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies.forms.small import put_errors
from keyuan.policies.rules.gap.questions import GROUPS, Question, asked_of, remarks

GET_OR_POST = require_http_methods(["GET", "POST"])
#: The last step: what is known, what does not fit, and the button that works it out.
REVIEW = "REVIEW"


@GET_OR_POST
@allow(permissions.GAP_ASK)
def gap_ask(request: StaffRequest, customer_id: int) -> HttpResponse:
    """One step: ``step`` names the group (or REVIEW), ``all`` shows what is known already too."""
    now = clock.now()
    try:
        customer = access_person(request.actor, customer_id, now=now)
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponseRedirect(reverse("customers:customer", args=[customer_id]))
    standing = standing_of(request.actor, customer, now=now)
    step = request.GET.get("step", "")
    step = step if step in (*GROUPS, REVIEW) else _next_step(standing, "")
    if step == REVIEW:
        return page(request, "analytics/gap/review.html", _review(request, standing))
    questions = _questions(standing, step, whole=bool(request.GET.get("all")))
    if not questions:
        return HttpResponseRedirect(step_url(customer_id, _next_step(standing, step)))
    form = _form(request, standing, questions, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            return _saved(request, standing, step, form, now)
        except Conflict as error:
            form = _tried_again(request, standing, questions, error)
        except Refused as error:
            put_errors(form, error)
    context = _step_context(request, standing, step, form)
    return page(request, "analytics/gap/ask.html", context, status=422 if form.is_bound else 200)


def step_url(customer_id: int, step: str = "", *, whole: bool = False) -> str:
    """Return the address of a step."""
    base = reverse("analytics:gap-ask", args=[customer_id])
    return f"{base}?step={step}{'&all=1' if whole else ''}" if step else base


def _form(request: StaffRequest, standing: Standing, questions: list[Question], data: QueryDict | None) -> StepForm:
    asks = not standing.may_use_means and any(question.private for question in questions)
    return StepForm(
        data, questions=questions, known=standing.known, today=clock.today(), reads_money=reads_money(request.actor),
        asks_agreement=asks, version=standing.version,
    )  # fmt: skip


def _tried_again(request: StaffRequest, standing: Standing, questions: list[Question], error: Conflict) -> StepForm:
    """Return the form as it was typed, on top of what somebody else saved meanwhile: the next try may win."""
    data = request.POST.copy()
    data["version"] = str(error.params["version"])
    form = _form(request, standing, questions, data)
    put_errors(form, error)
    return form


def _questions(standing: Standing, step: str, *, whole: bool) -> list[Question]:
    rows = asked_of(standing.known, may_ask_money=True) if whole else standing.open
    return [question for question in rows if question.group == step]


def _next_step(standing: Standing, step: str) -> str:
    """Return the first group behind ``step`` with something open, else the first one at all, else the review."""
    left = [group for group in GROUPS if any(question.group == group for question in standing.open)]
    behind = [group for group in left if step not in GROUPS or GROUPS.index(group) > GROUPS.index(step)]
    return (behind or [group for group in left if group != step] or [REVIEW])[0]


def _saved(request: StaffRequest, standing: Standing, step: str, form: StepForm, now: datetime) -> HttpResponse:
    customer = standing.customer
    save_answers(
        actor=request.actor, customer_id=customer.pk, values=form.answers,
        told=bool(form.cleaned_data.get(TOLD)), version=form.cleaned_data["version"], now=now,
    )  # fmt: skip
    if "back" in request.POST:
        return HttpResponseRedirect(_back(customer.pk, step))
    after = standing_of(request.actor, customer, now=now)
    return HttpResponseRedirect(step_url(customer.pk, _next_step(after, step)))


def _back(customer_id: int, step: str) -> str:
    at = GROUPS.index(step)
    return step_url(customer_id, GROUPS[at - 1], whole=True) if at else step_url(customer_id, step, whole=True)


def _step_context(request: StaffRequest, standing: Standing, step: str, form: StepForm) -> dict[str, Any]:
    left = {question.group for question in standing.open}
    return {
        "customer": standing.customer,
        "name": customer_name(request.actor, standing.customer),
        "form": form,
        "title": words.GROUPS[step],
        "steps": [
            {"label": words.GROUPS[group], "state": "now" if group == step else "" if group in left else "done"}
            for group in GROUPS
        ],
        "number": GROUPS.index(step) + 1,
        "count": len(GROUPS),
        "has_back": step != GROUPS[0],
        "is_whole": bool(request.GET.get("all")),
        "whole_url": step_url(standing.customer.pk, step, whole=True),
        "hidden_count": sum(
            question.group == step for question in asked_of(standing.known, may_ask_money=True)
        ) - len(form.questions),
        "review_url": step_url(standing.customer.pk, REVIEW),
    }  # fmt: skip


def _review(request: StaffRequest, standing: Standing) -> dict[str, Any]:
    latest = latest_of(standing.customer.pk)
    return {
        "customer": standing.customer,
        "name": customer_name(request.actor, standing.customer),
        "groups": [
            (words.GROUPS[group], step_url(standing.customer.pk, group, whole=True), rows)
            for group, rows in answers_shown(request.actor, standing)
        ],
        "remarks": [
            words.word(words.REMARKS, code)
            for code in remarks(standing.known, said_of(standing.sheet), clock.today())
        ],
        "open_count": len(standing.open),
        "is_complete": standing.is_complete,
        "open_url": step_url(standing.customer.pk, _next_step(standing, "")),
        "token": attempts.token_of(request),
        "latest": latest,
    }  # fmt: skip


@require_POST
@allow(permissions.GAP_ASK)
def gap_work_out(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Work the gaps out and open the result; a second click opens the same one."""
    try:
        result = work_out_gaps(
            actor=request.actor, customer_id=customer_id, token=attempts.named(request), now=clock.now()
        )
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponseRedirect(step_url(customer_id))
    toast(request, _("The protection gap is worked out and kept with the customer"))
    return HttpResponseRedirect(reverse("analytics:gap", args=[result.pk]))
